import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { watchToTheEnd } from '../../../../src/cli/text/progressView';
import type { RunEvent } from '../../../../src/core/run/events';
import { eventsFile } from '../../../../src/runs/store/folders';
import { keepPrinted } from '../../../support/printed';
import { created, sessionStarted, toLines } from '../../../support/runEvents';

const printed = keepPrinted();

it.each<[string, RunEvent[], string]>([
  ['that no engine ever took in hand', [created()], 'no engine has taken this run in hand'],
  ['whose engine was killed', [created(), ...sessionStarted()], 'the engine has ended without finishing its log'],
])('does not watch a run for ever %s', async (_, events, words) => {
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-watch-'));
  writeFileSync(eventsFile(folder), toLines(events));
  expect(await watchToTheEnd([folder], { json: false })).toBe(1);
  expect(printed.err).toContain(words);
  expect(printed.out).toContain('stopped');
  rmSync(folder, { recursive: true });
});
