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

it('waits for a trial that tells its accuracy on the way', async () => {
  const { end, said } = await runScript(
    'goesOn.cjs',
    `console.log('{"type":"accuracy"}'); setTimeout(() => console.log('{"type":"finished"}'), 6000);`,
  );
  expect(end).toEqual({ kind: 'done' });
  expect(said).toEqual(['accuracy', 'finished']);
}, 30_000);
