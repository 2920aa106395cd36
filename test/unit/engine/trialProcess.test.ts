import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { TrialJob } from '../../../src/engine/trialJob';
import type { TrialMessage } from '../../../src/engine/trialMessage';
import { runTrialProcess } from '../../../src/engine/trialProcess';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-trial-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program that says these lines, and what it does then. */
async function runScript(name: string, text: string) {
  const script = join(folder, name);
  writeFileSync(script, text);
  const messages: TrialMessage[] = [];
  const end = await runTrialProcess({ node: process.execPath, script }, { kind: 'measure' } as TrialJob, {
    onStart: () => undefined,
    onMessage: (message) => void messages.push(message),
    stop: new AbortController().signal,
    timeoutSeconds: 600,
  });
  return { end, said: messages.map((m) => m.type) };
}

it('is done with a trial that has said all and then hangs instead of ending', async () => {
  const { end, said } = await runScript(
    'hangs.cjs',
    `console.log('{"type":"finished"}'); setInterval(() => {}, 1000);`,
  );
  expect(end).toEqual({ kind: 'done' });
  expect(said).toEqual(['finished']);
}, 30_000);

const failed = { kind: 'failed', signal: null, exitCode: 1 };

it('passes the code and the fix of a failure on, without reading its text', async () => {
  const { end } = await runScript(
    'expected.cjs',
    `console.log(JSON.stringify({ type: 'error', code: 'dataset', message: 'out of memory cards', fix: 'mount it' })); process.exit(1);`,
  );
  const told = { code: 'dataset', message: 'out of memory cards', fix: 'mount it' };
  expect(end).toEqual({ ...failed, reason: 'error', ...told });
});

it('knows by its code that memory ran out, and by its last words where a library died of it', async () => {
  const told = await runScript(
    'memory.cjs',
    `console.log(JSON.stringify({ type: 'error', code: 'out-of-memory', message: 'x', fix: null })); process.exit(1);`,
  );
  expect(told.end).toMatchObject({ reason: 'out-of-memory', code: 'out-of-memory', message: 'x' });
  const died = await runScript(
    'badAlloc.cjs',
    `process.stderr.write("terminate called after throwing an instance of 'std::bad_alloc'\\n"); process.kill(process.pid, 'SIGABRT');`,
  );
  expect(died.end).toMatchObject({ reason: 'out-of-memory', code: 'out-of-memory', fix: null });
});

it('takes what the program wrote as data before it could speak', async () => {
  const { end } = await runScript(
    'early.cjs',
    `process.stderr.write('{"error":{"code":"model","message":"no room","fix":null}}\\n'); process.exit(1);`,
  );
  expect(end).toEqual({ ...failed, reason: 'exit', code: 'model', message: 'no room', fix: null });
});

it('waits for a trial that tells its accuracy on the way', async () => {
  const { end, said } = await runScript(
    'goesOn.cjs',
    `console.log('{"type":"accuracy"}'); setTimeout(() => console.log('{"type":"finished"}'), 6000);`,
  );
  expect(end).toEqual({ kind: 'done' });
  expect(said).toEqual(['accuracy', 'finished']);
}, 30_000);
