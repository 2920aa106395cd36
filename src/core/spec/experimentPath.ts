/** A path as an experiment names it: with `/` on every system, without one at its end, and never mistaken for a built-in name. */
export function experimentPath(relativePath: string): string {
  const path = relativePath.replaceAll('\\', '/').replace(/(?<=.)\/+$/, '');
  return path.startsWith('.') || path.startsWith('/') || /^[A-Za-z]:/.test(path) ? path : `./${path}`;
}
