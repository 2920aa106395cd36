import { statSync } from 'node:fs';

/** Files and folders that something was made of, by path, each as it was just before it was read. */
export type SeenFiles = Map<string, string>;

/** Notes a file before it is read; several looks at once at the same one are one look. @returns its state */
export function see(path: string, seen: SeenFiles): string {
  const before = seen.get(path);
  if (before !== undefined) return before;
  const state = stateOf(path);
  seen.set(path, state);
  return state;
}

/** Whether what was made of them would be made again. */
export const areAsSeen = (seen: SeenFiles): boolean => [...seen].every(([path, state]) => stateOf(path) === state);

/** Another one once the file is written, replaced, forbidden or gone; of a folder, once something is put into it or taken out. */
function stateOf(path: string): string {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? '' : [stat.mtimeMs, stat.ctimeMs, stat.size, stat.ino].join();
  } catch {
    return ''; // No way to it: not there.
  }
}
