import { lstat, mkdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { replaceFile } from '../../machine/replaceFile';
import { listImages } from '../../workloads/detection/data/dataset';
import type { SkippedImage } from '../../workloads/detection/data/imageFiles';
import { type ImageItem, maxImageBytes, readRegularFile } from '../../workloads/detection/data/imageStore';
import { CliError } from '../options/cliError';

/** An image and the file that its copy goes to. */
export type CopiedImage = { item: ImageItem; file: string };

/** `path`: of an image that is a file of its own. */
type Source = { item: ImageItem; path: string | null };

/**
 * The images of folders and .zip files, and single ones, and where their copies go: below `output`, as they lie in their
 * folder.
 *
 * @throws CliError where a copy would take the place of an original or of another copy
 */
export async function imagesToCopy(
  paths: string[],
  output: string,
): Promise<{ copies: CopiedImage[]; skipped: SkippedImage[] }> {
  const sources: Source[] = [];
  const skipped: SkippedImage[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (found === null) throw new CliError(`${path} does not exist`);
    if (found.isDirectory()) await requireElsewhere(path, output);
    if (found.isDirectory() || extname(path).toLowerCase() === '.zip') {
      const listing = await listImages({ folder: path }, process.cwd());
      for (const item of listing.items)
        sources.push({ item, path: found.isDirectory() ? join(path, item.name) : null });
      skipped.push(...listing.skipped);
    } else
      sources.push({
        item: {
          name: basename(path),
          fingerprint: '',
          bytes: found.size,
          load: () => readRegularFile(path, maxImageBytes),
        },
        path,
      });
  }
  const files = new Set<string>();
  const copies: CopiedImage[] = [];
  for (const { item, path } of sources) {
    const file = join(output, copyName(item.name));
    if (path !== null && (await isOriginal(file, path)))
      throw new CliError(`${file} would be overwritten: name another folder than ${output}`);
    if (files.has(file)) throw new CliError(`two images would become ${file}: run them one after the other`);
    files.add(file);
    copies.push({ item, file });
  }
  return { copies, skipped };
}

/** A copy among the images would be taken for one of them the next time. Links are followed. */
async function requireElsewhere(folder: string, output: string): Promise<void> {
  const way = relative(await realpath(folder), await realPathToBe(output));
  const isInside = way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
  if (isInside) throw new CliError(`-o ${output} holds the images or lies among them: name another folder`);
}

/** Of what may not be there yet. */
async function realPathToBe(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(await realPathToBe(parent), basename(absolute));
  }
}

/** Whether `file` is the image at `path`, or what that leads to: by inode, since a folder may have several paths. */
async function isOriginal(file: string, path: string): Promise<boolean> {
  const there = await lstat(file, { bigint: true }).catch(() => null);
  if (there === null) return false;
  const originals = await Promise.all([stat(path, { bigint: true }), lstat(path, { bigint: true })]);
  return originals.some(({ dev, ino }) => dev === there.dev && ino === there.ino);
}

export const isJpeg = (file: string) => /\.jpe?g$/i.test(file);

/** Copies of JPEGs are JPEGs, others PNGs. */
function copyName(name: string): string {
  return isJpeg(name) || /\.png$/i.test(name) ? name : `${name}.png`;
}

/** Takes the place of what was there, whole; of a link too, not of what it leads to. */
export async function writeCopy(file: string, picture: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await replaceFile(file, picture, { mode: 0o666 });
  } catch (error) {
    throw new CliError(`${file} cannot be written: ${(error as Error).message}`);
  }
}
