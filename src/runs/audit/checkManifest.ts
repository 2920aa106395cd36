import { createHash } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../core/audit/checks';
import { alwaysThere, isOfBundle, manifestFile, parseManifest } from '../../core/bundle/bundleFiles';
import { readText, readWhole } from '../../machine/regularFile';

const mostManifestBytes = 1 << 20;
const mostFileBytes = 1 << 30;
/** What a reader of ours may leave in a folder, or a person's machine. */
const passedOver = new Set(['engine.log', 'lease.json', '.DS_Store']);

/** Whether each file of an unpacked bundle is as its manifest says, and none is missing or unlisted. Others that lie there are told. */
export function checkManifest(folder: string): Finding[] {
  const problem = (place: string, message: string): Finding => ({
    level: 'problem',
    check: 'manifest',
    place,
    message,
  });
  const listed = parseManifest(readText(join(folder, manifestFile), mostManifestBytes));
  if (listed === null) return [problem(manifestFile, 'a line is none of a list of sha256sum')];
  const there = filesBelow(folder);
  const findings = [...listed].flatMap(([path, sha256]): Finding[] => {
    if (!there.includes(path)) return [problem(path, 'the file is missing')];
    const bytes = readWhole(join(folder, path), mostFileBytes);
    const found = createHash('sha256').update(bytes).digest('hex');
    return found === sha256 ? [] : [problem(path, `the file was changed: its sha256 is ${found}, not ${sha256}`)];
  });
  const others = there.filter((path) => path !== manifestFile && !listed.has(path) && !passedOver.has(path));
  const gone = alwaysThere.filter((path) => !listed.has(path) && !there.includes(path));
  return [
    ...findings,
    ...gone.map((path) => problem(path, 'the file is missing, in the manifest too')),
    ...others.map((path): Finding => ({
      ...problem(path, 'a file that the manifest does not list'),
      level: isOfBundle(path) ? 'problem' : 'note',
    })),
  ];
}

/** Regular files alone: a link is none of a bundle's. */
function filesBelow(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below))
    .sort()
    .flatMap((name) => {
      const path = below === '' ? name : `${below}/${name}`;
      const stat = lstatSync(join(folder, path));
      return stat.isDirectory() ? filesBelow(folder, path) : stat.isFile() ? [path] : [];
    });
}
