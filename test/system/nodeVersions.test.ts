import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { finish, makeBench, program, quickSpec } from '../support/greenbatch';

/** The program under each version of Node.js that package.json promises; their binaries come from the npm registry. */

const bench = makeBench();
afterAll(() => bench.remove());

function nodeOf(major: number): string | null {
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

describe.each([20, 22, 24])('Node.js %i', (major) => {
  const node = nodeOf(major);
  it.skipIf(node === null)('measures, shows and builds', async () => {
    const run = (...args: string[]) =>
      finish(spawn(node as string, [program, ...args], { cwd: bench.folder, env: bench.environment }));
    const spec = bench.writeSpec(
      quickSpec({ batchSizes: [1, 8] }, { source: 'estimate', repeats: { min: 1, max: 1 } }),
    );
    const measured = await run('run', spec);
    expect(measured.code, measured.stderr).toBe(0);
    const report = JSON.parse((await run('show', 'latest', '--json')).stdout);
    expect(report.run.environment.node).toMatch(new RegExp(`^v${major}\\.`));
    expect(report.configurations.map((c: { n: number }) => c.n)).toEqual([1, 1]);
    const built = await run('build', 'yolov7-tiny', '-o', join(bench.folder, `${major}.onnx`), '--json');
    expect(JSON.parse(built.stdout)).toMatchObject({ parameters: 6_219_709 });
    expect((await run('doctor', '--json')).stdout).toContain('"domains"');
  });
});
