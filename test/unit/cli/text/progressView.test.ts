import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { watchToTheEnd } from '../../../../src/cli/text/progressView';
import type { RunEvent } from '../../../../src/core/run/events';
import { eventsFile } from '../../../../src/runs/store/folders';
import { created, sessionStarted, toLines } from '../../../support/runEvents';

afterEach(() => vi.restoreAllMocks());

it.each<[string, RunEvent[], string]>([
  ['that no engine ever took in hand', [created()], 'no engine has taken this run in hand'],
  ['whose engine was killed', [created(), ...sessionStarted()], 'the engine has ended without finishing its log'],
])('does not watch a run for ever %s', async (_, events, words) => {
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-watch-'));
  writeFileSync(eventsFile(folder), toLines(events));
  const said = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((said.out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said.err += String(text)), true));
  expect(await watchToTheEnd(folder, { json: false })).toBe(1);
  expect(said.err).toContain(words);
  expect(said.out).toContain('stopped');
  rmSync(folder, { recursive: true });
});
