import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { rmSync } from 'node:fs';

/**
 * A folder that stands for the root of a machine, for as long as the test runs: each path with its text, or with what it links to;
 * a path that ends in a slash is an empty folder.
 */
export function machineFiles(files: Record<string, string | { link: string }>): string {
  const root = mkdtempSync(join(tmpdir(), 'greenbatch-machine-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    const at = join(root, path);
    mkdirSync(path.endsWith('/') ? at : dirname(at), { recursive: true });
    if (path.endsWith('/')) continue;
    if (typeof content === 'string') writeFileSync(at, content);
    else symlinkSync(content.link, at);
  }
  return root;
}
