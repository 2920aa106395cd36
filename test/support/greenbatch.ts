import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { SpecInput } from '../../src/core/spec/spec';

/** The built program; `npm test` builds it before the tests. */
export const program = resolve('dist/cli.js');

export type Finished = { code: number | null; signal: string | null; stdout: string; stderr: string };

/**
 * A workspace of its own with the built program (or another bundle of it): own runs, own measuring lock; the cache of models is
 * shared by the tests.
 */
export function makeBench(env: NodeJS.ProcessEnv = {}, script = program) {
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-cli-'));
  mkdirSync(join(folder, '.greenbatch'));
  const environment = {
    ...process.env,
    NO_COLOR: '1',
    GREENBATCH_CACHE: join(tmpdir(), 'greenbatch-test-cache'),
    GREENBATCH_LOCK: `greenbatch-test-${process.pid}-${Math.random()}`,
    ...env,
  };
  const start = (args: string[], more: NodeJS.ProcessEnv = {}): ChildProcess =>
    spawn(process.execPath, [script, ...args], { cwd: folder, env: { ...environment, ...more } });
  return {
    folder,
    environment,
    start,
    /** Runs to the end. */
    run: (args: string[], more: NodeJS.ProcessEnv = {}) => finish(start(args, more)),
    writeSpec(spec: SpecInput, name = 'test.energy.yaml') {
      writeFileSync(join(folder, name), stringify(spec));
      return join(folder, name);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function finish(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((done) => child.once('close', (code, signal) => done({ code, signal, stdout, stderr })));
}

/** The last line of `greenbatch run`: the run's folder. */
export const runFolderIn = (stdout: string) => stdout.trim().split('\n').at(-1) as string;

/** A small sweep: seconds a trial, as little work as the program takes. */
export const quickSpec = (more: Partial<SpecInput> = {}, measure: SpecInput['measure'] = {}): SpecInput => ({
  models: ['yolov7-tiny'],
  batchSizes: [1, 2],
  imageSize: 64,
  images: { generated: { count: 4 } },
  threads: [1],
  ...more,
  measure: {
    windowSeconds: 0.3,
    warmupSeconds: 0.1,
    ...{ idleAt: 'thrice', idleSeconds: 0.2, restSeconds: 0, heatSeconds: 0 },
    repeats: { min: 2, max: 2 },
    ...measure,
  },
});

export async function until<T>(what: () => T | undefined | null | false, seconds = 60): Promise<T> {
  for (const end = Date.now() + seconds * 1000; ;) {
    const value = what();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
