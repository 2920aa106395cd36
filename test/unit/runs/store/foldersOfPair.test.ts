import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/core/run/events';
import { eventsFile } from '../../../../src/runs/store/folders';
import { foldersOfPair } from '../../../../src/runs/store/foldersOfPair';
import { loadRun } from '../../../../src/runs/store/runFolder';
import { created, toLines } from '../../../support/runEvents';

let place: string;
beforeEach(() => (place = mkdtempSync(join(tmpdir(), 'greenbatch-pair-'))));
afterEach(() => rmSync(place, { recursive: true }));

function write(side: 'A' | 'B', folder = side.toLowerCase(), otherId = side === 'A' ? 'run-B' : 'run-A') {
  const other = { runId: otherId, name: 'other', folder: side === 'A' ? 'b' : 'a' };
  const event = { ...created(), runId: `run-${side}`, interleaved: { side, other } } as RunEvent;
  mkdirSync(join(place, folder));
  writeFileSync(eventsFile(join(place, folder)), toLines([event]));
  return join(place, folder);
}
const loaded = (folder: string) => loadRun(folder).run;

it('finds the other run beside this one, from either of them', () => {
  const [a, b] = [write('A'), write('B')];
  expect(foldersOfPair(a, loaded(a))).toEqual([a, b]);
  expect(foldersOfPair(b, loaded(b))).toEqual([a, b]);
});

it('is the run alone where it is interleaved with none', () => {
  mkdirSync(join(place, 'c'));
  writeFileSync(eventsFile(join(place, 'c')), toLines([created()]));
  expect(foldersOfPair(join(place, 'c'), loaded(join(place, 'c')))).toEqual([join(place, 'c')]);
});

it('says what to do where the other is gone, or another run stands there', () => {
  const a = write('A');
  expect(() => foldersOfPair(a, loaded(a))).toThrow(
    /run-B \("other"\), which is not in .*: put both folders beside each other/,
  );
  write('B', 'b', 'run-X');
  expect(() => foldersOfPair(a, loaded(a))).toThrow(/which is not in/);
  renameSync(join(place, 'b'), join(place, 'x'));
  mkdirSync(join(place, 'b'));
  writeFileSync(eventsFile(join(place, 'b')), 'nothing that is a log\n');
  expect(() => foldersOfPair(a, loaded(a))).toThrow(/which is not in/);
});

it.each(['..', '.', 'x/../../y', 'x\\\\y'])('a log cannot lead to another place: %s', (folder) => {
  const a = write('A');
  const text = toLines([created()]).replace(
    '"runId"',
    `"interleaved":{"side":"A","other":{"runId":"r","name":"n","folder":"${folder}"}},"runId"`,
  );
  writeFileSync(eventsFile(a), text);
  expect(() => loaded(a)).toThrow(/interleaved/);
});
