import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The versions of Node.js that package.json promises; their binaries come from the npm registry. */
export const nodeMajors = [20, 22, 24] as const;

/** The binary of one, installed once; null where it cannot be had. */
export function nodeOf(major: number): string | null {
  const folder = join(tmpdir(), `greenbatch-node-${major}`);
  const name = `node-${process.platform}-${process.arch}`;
  const binary = join(folder, 'node_modules', name, 'bin', 'node');
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  try {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', `${name}@${major}`], {
      cwd: folder,
      stdio: 'ignore',
    });
  } catch {
    return null;
  }
  return existsSync(binary) ? binary : null;
}
