import { dirname, join, resolve } from 'node:path';
import { readText } from '../../machine/regularFile';

/** A larger one is no file of names that we look into. */
const mostBytes = 16 << 20;
const commitPattern = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * The commit that is checked out in the folder's repository, read from its files: git itself is never run there, because
 * it runs what the repository's own configuration names. null where there is none, or it is kept in another way
 * (`reftable`). Whether files have changed since is not known.
 */
export function gitCommit(folder: string): { commit: string } | null {
  try {
    const gitFolder = findGitFolder(resolve(folder));
    if (gitFolder === null) return null;
    const head = readText(join(gitFolder, 'HEAD'), 4096).trim();
    const commit = head.startsWith('ref: ') ? resolveRef(gitFolder, head.slice(5).trim()) : head;
    return commit !== null && commitPattern.test(commit) ? { commit } : null;
  } catch {
    return null;
  }
}

/** `.git` of the folder or one above; of a worktree or a submodule it is a file that names the place. */
function findGitFolder(start: string): string | null {
  for (let folder = start; ; folder = dirname(folder)) {
    const git = join(folder, '.git');
    if (read(join(git, 'HEAD')) !== null) return git;
    const named = /^gitdir: (.+)$/m.exec(read(git) ?? '')?.[1];
    if (named !== undefined) return resolve(folder, named.trim());
    if (dirname(folder) === folder) return null;
  }
}

function resolveRef(gitFolder: string, ref: string): string | null {
  // A name and no path out of the folder: what HEAD says is anybody's text.
  if (!/^refs\/[^\0-\x20~^:?*[\\]+$/.test(ref) || ref.split('/').some((part) => part === '..' || part === ''))
    return null;
  // A worktree has its own HEAD and shares the branches.
  const common = read(join(gitFolder, 'commondir'));
  const folders = [gitFolder, ...(common === null ? [] : [resolve(gitFolder, common.trim())])];
  for (const folder of folders) {
    const loose = read(join(folder, ref));
    if (loose !== null) return loose.trim();
    const packed = read(join(folder, 'packed-refs'))
      ?.split('\n')
      .find((line) => line.endsWith(` ${ref}`));
    if (packed !== undefined) return packed.split(' ')[0]!;
  }
  return null;
}

function read(path: string): string | null {
  try {
    return readText(path, mostBytes);
  } catch {
    return null;
  }
}
