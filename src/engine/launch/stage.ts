import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isPrivateTree } from '../../machine/privateFolder';
import type { Program } from '../trial/host';

/**
 * A run outlives an update of the editor or of this program, which deletes the folders they run
 * from. So the engine is started from a copy of its own: node, the bundle, and the native
 * packages, hard-linked where the file system allows it (then it costs no space and no time).
 */

/** Packages with native parts that the bundle leaves outside; of one that is optional whatever it can do is missed, and told. */
const nativePackages = [
  { name: 'onnxruntime-node', isOptional: false },
  { name: 'sharp', isOptional: false },
  { name: 'koffi', isOptional: true },
];
/** What of them only their installers need. */
const installOnly = new Set(['adm-zip', 'global-agent']);
const keepDays = 30;

/** @returns the staged program; staging twice gives the same folder */
export function stageProgram(program: Program, cacheFolder: string): Program {
  const packages = packageFolders(dirname(program.script));
  const parent = join(cacheFolder, 'programs');
  const folder = join(parent, key(program, packages));
  const staged = (): Program => ({
    node: existsSync(join(folder, 'node')) ? join(folder, 'node') : program.node,
    script: join(folder, 'cli.js'),
  });
  if (existsSync(folder)) {
    if (isAsStaged(folder, program)) {
      utimesSync(folder, new Date(), new Date());
      return staged();
    }
    rmSync(folder, { recursive: true, force: true });
  }
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  removeOld(parent);
  const temporary = `${folder}.${process.pid}.tmp`;
  try {
    mkdirSync(temporary, { mode: 0o700 });
    linkOrCopy(program.node, join(temporary, 'node'));
    // Copied, not linked: a bundler rewrites this file in place.
    copyFileSync(program.script, join(temporary, 'cli.js'));
    chmodSync(join(temporary, 'cli.js'), 0o600);
    for (const [name, source] of packages) linkTree(source, join(temporary, 'node_modules', name), name);
    // A node that needs libraries beside it does not run from elsewhere: then the installed one is used.
    if (spawnSync(join(temporary, 'node'), ['--version']).status !== 0) rmSync(join(temporary, 'node'));
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Another process may have staged the same thing meanwhile: then its folder is as good.
    if (!existsSync(folder)) throw error;
  }
  return staged();
}

/** Name → folder of the native packages and all that they require, found as node would find them. */
function packageFolders(from: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (name: string, start: string, optional: boolean) => {
    if (found.has(name) || installOnly.has(name)) return;
    const folder = findPackage(name, start);
    if (!folder) {
      if (optional) return;
      throw new Error(`the package ${name} is missing beside ${from}: run "npm ci" there`);
    }
    found.set(name, folder);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
      optionalDependencies?: Record<string, string>;
    };
    for (const dependency of Object.keys(manifest.dependencies ?? {})) visit(dependency, folder, false);
    for (const dependency of Object.keys(manifest.optionalDependencies ?? {})) visit(dependency, folder, true);
  };
  for (const { name, isOptional } of nativePackages) visit(name, from, isOptional);
  return found;
}

function findPackage(name: string, start: string): string | null {
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (dirname(folder) === folder) return null;
  }
}

function key(program: Program, packages: Map<string, string>): string {
  const hash = createHash('sha256').update(readFileSync(program.script)).update(process.version).update(program.node);
  for (const [name, folder] of packages) hash.update(name).update(readFileSync(join(folder, 'package.json')));
  return hash.digest('hex').slice(0, 24);
}

function linkTree(source: string, target: string, name: string): void {
  mkdirSync(target, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || !neededHere(name, source, entry.name)) continue;
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (entry.isDirectory()) linkTree(from, to, name);
    else if (entry.isSymbolicLink()) cpSync(from, to, { verbatimSymlinks: true });
    else linkOrCopy(from, to);
  }
}

/** onnxruntime-node carries all platforms in one package (288 MB), koffi its sources; only this platform's part is staged. */
function neededHere(name: string, folder: string, entry: string): boolean {
  if (name === 'koffi') return !['doc', 'vendor'].includes(entry);
  if (name !== 'onnxruntime-node') return true;
  if (/napi-v\d+$/.test(folder)) return entry === process.platform;
  if (/napi-v\d+[\\/](linux|darwin|win32)$/.test(folder)) return entry === process.arch;
  return true;
}

/** Only this user and root can have changed anything in it, and the bundle is the one that was asked for. */
function isAsStaged(folder: string, program: Program): boolean {
  const script = join(folder, 'cli.js');
  return existsSync(script) && isPrivateTree(folder) && readFileSync(script).equals(readFileSync(program.script));
}

function linkOrCopy(from: string, to: string): void {
  // A link shares the mode: a file that others may change would be theirs to change here too.
  const { mode, uid } = statSync(from);
  const isShared = process.getuid !== undefined && ((mode & 0o022) !== 0 || (uid !== 0 && uid !== process.getuid()));
  try {
    if (isShared) throw new Error('not to be shared');
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
    chmodSync(to, mode & 0o755);
  }
}

/** Programs that no run was started from for a month. A running one keeps its files open and loses nothing. */
function removeOld(parent: string): void {
  const oldest = Date.now() - keepDays * 86_400_000;
  for (const name of readdirSync(parent)) {
    const folder = join(parent, name);
    if (statSync(folder).mtimeMs < oldest) rmSync(folder, { recursive: true, force: true });
  }
}
