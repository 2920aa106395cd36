import { mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { listImages } from '../vision/dataset';
import { readOr } from '../vision/datasetError';
import type { SkippedImage } from '../vision/imageFiles';
import type { ImageItem } from '../vision/imageStore';
import { CliError } from './cliError';

/** An image and the file that its copy goes to. */
export type CopiedImage = { item: ImageItem; file: string };

/**
 * The images of a folder, a .zip, or one image, and where their copies go: below `output`, as they lie in the folder.
 *
 * @throws CliError where a copy would take the place of an original or of another copy
 */
export async function imagesToCopy(
  path: string,
  output: string,
): Promise<{ copies: CopiedImage[]; skipped: SkippedImage[] }> {
  const found = await readOr(stat(path), path);
  const isArchive = found.isFile() && extname(path).toLowerCase() === '.zip';
  if (!isArchive) await requireElsewhere(path, found.isDirectory(), output);
  if (found.isFile() && !isArchive) {
    const name = basename(path);
    return {
      copies: [{ item: { name, fingerprint: '', load: () => readFile(path) }, file: join(output, copyName(name)) }],
      skipped: [],
    };
  }
  const { items, skipped } = await listImages({ folder: path }, process.cwd());
  const files = new Set<string>();
  const copies = items.map((item) => {
    const file = join(output, copyName(item.name));
    if (files.has(file)) throw new CliError(`two images would become ${file}: rename ${item.name}`);
    files.add(file);
    return { item, file };
  });
  return { copies, skipped };
}

/** Links followed, so that no original is overwritten, and no copy is taken for an image the next time. */
async function requireElsewhere(path: string, isFolder: boolean, output: string): Promise<void> {
  const folder = await realpath(isFolder ? path : dirname(resolve(path)));
  const target = await realPathToBe(output);
  const way = relative(folder, target);
  const isInside = way === '' || (isFolder && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
  if (isInside) throw new CliError(`--output ${output} lies among the images: name a folder of its own`);
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

export const isJpeg = (file: string) => /\.jpe?g$/i.test(file);

/** Copies of JPEGs are JPEGs, others PNGs. */
function copyName(name: string): string {
  return isJpeg(name) || /\.png$/i.test(name) ? name : `${name}.png`;
}

/** Takes the place of what was there, whole; of a link too, not of what it leads to. */
export async function writeCopy(file: string, picture: Uint8Array): Promise<void> {
  const partial = `${file}.partial-${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(partial, picture);
    await rename(partial, file);
  } catch (error) {
    throw new CliError(`${file} cannot be written: ${(error as Error).message}`);
  }
}
