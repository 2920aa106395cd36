import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { TrialJob } from '../../src/engine/trialJob';
import type { TrialMessage } from '../../src/engine/trialMessage';
import { runTrialProcess } from '../../src/engine/trialProcess';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-trial-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('is done with a trial that has said all and then hangs instead of ending', async () => {
  const script = join(folder, 'hangs.cjs');
  writeFileSync(script, `console.log('{"type":"finished"}'); setInterval(() => {}, 1000);`);
  const messages: TrialMessage[] = [];
  const end = await runTrialProcess({ node: process.execPath, script }, {} as TrialJob, {
    onStart: () => undefined,
    onMessage: (message) => void messages.push(message),
    stop: new AbortController().signal,
    timeoutSeconds: 600,
  });
  expect(end).toEqual({ kind: 'done' });
  expect(messages).toEqual([{ type: 'finished' }]);
}, 30_000);
