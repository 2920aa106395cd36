import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, afterAll, expect, it } from 'vitest';
import {
  identityOf,
  isProgramOf,
  isRunning,
  parseStartTicks,
  roleArguments,
  signalProgram,
} from '../../../src/machine/processIdentity';

let workspace: string;
let run: string;
let script: string;
let children: ChildProcess[] = [];
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-process-'));
  run = join(workspace, 'run');
  mkdirSync(run);
  mkdirSync(join(workspace, 'other'));
  symlinkSync(run, join(workspace, 'link'));
  script = join(workspace, 'cli.js');
  writeFileSync(script, 'console.log("up"); setTimeout(() => {}, 60000);');
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
});
afterAll(() => rmSync(workspace, { recursive: true }));

async function started(...args: string[]) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  await new Promise((done) => child.stdout.once('data', done));
  return identityOf(child.pid!);
}

it('signals the very program that works at the run, and no other process', async () => {
  const engine = await started(...roleArguments('engine', run));
  expect(isRunning(engine)).toBe(true);
  expect(isProgramOf(engine, 'engine', run)).toBe(true);
  const another = { ...engine, startTicks: (engine.startTicks ?? 0) + 1 };
  expect(signalProgram(another, 'engine', run, 'SIGKILL')).toBe(false);
  expect(signalProgram({ ...engine, bootId: 'another boot' }, 'engine', run, 'SIGKILL')).toBe(false);
  expect(signalProgram(engine, 'trial', run, 'SIGKILL')).toBe(false);
  expect(signalProgram(engine, 'engine', join(workspace, 'other'), 'SIGKILL')).toBe(false);
  expect(isRunning(engine)).toBe(true);
  const gone = new Promise((done) => children[0]!.once('exit', done));
  expect(signalProgram(engine, 'engine', join(workspace, 'link'), 'SIGKILL')).toBe(true);
  await gone;
  expect(isRunning(engine)).toBe(false);
  expect(signalProgram(engine, 'engine', run, 'SIGKILL')).toBe(false);
});

it('spares a process that a forged log names, whatever of it is true', async () => {
  for (const stranger of [await started(), await started('--engine', run), await started('x', 'engine', run)]) {
    for (const role of ['engine', 'trial'] as const) {
      expect(isProgramOf(stranger, role, run)).toBe(false);
      expect(signalProgram(stranger, role, run, 'SIGKILL')).toBe(false);
    }
    expect(isRunning(stranger)).toBe(true);
  }
  expect(isProgramOf(identityOf(1), 'engine', run)).toBe(false);
  expect(isProgramOf(identityOf(process.pid), 'engine', run)).toBe(false);
});

it.skipIf(process.getuid?.() !== 0)('spares the program of another user, also where root asks', async () => {
  const child = spawn(process.execPath, [script, ...roleArguments('engine', run)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    uid: 65534,
    gid: 65534,
    cwd: '/',
  });
  children.push(child);
  await new Promise((done) => setTimeout(done, 500));
  const identity = identityOf(child.pid!);
  // A folder that another user cannot enter gives the child an error and nothing to test.
  if (!isRunning(identity)) return expect(child.exitCode).not.toBe(0);
  expect(isProgramOf(identity, 'engine', run)).toBe(true);
  expect(signalProgram(identity, 'engine', run, 'SIGKILL')).toBe(false);
  expect(isRunning(identity)).toBe(true);
});

it('knows a trial by its last argument, whatever its job says', async () => {
  const trial = await started(...roleArguments('trial', run, JSON.stringify({ kind: 'measure', text: 'engine /x' })));
  expect(isProgramOf(trial, 'trial', run)).toBe(true);
  expect(isProgramOf(trial, 'engine', '/x')).toBe(false);
});

it('reads when a process started, whatever it is called, unless it has ended', () => {
  // pid (name) state, and 18 fields until the start: proc_pid_stat(5).
  const stat = (name: string, state: string) =>
    `4711 (${name}) ${state} 1 4711 4711 0 -1 4194304 9 0 0 0 12 3 0 0 20 0 11 0 987654 1000000 2000 18446744073709551615`;
  for (const name of ['node', 'a b', ') S 1 2 3', '((', '']) {
    expect(parseStartTicks(stat(name, 'S')), name).toBe(987_654);
    expect(parseStartTicks(stat(name, 'R')), name).toBe(987_654);
    for (const ended of ['Z', 'X']) expect(parseStartTicks(stat(name, ended)), name).toBeNull();
  }
});
