import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/core/run/events';
import { eventsFile } from '../../../../src/runs/store/folders';
import { sweep, toLines } from '../../../support/runEvents';
import { lastLineWith } from '../../../../src/runs/store/logEnds';
import { peekRun } from '../../../../src/runs/index/peekRun';
import { createRunIndex } from '../../../../src/runs/index/runIndex';
import { listRunFolders, loadRun } from '../../../../src/runs/store/runFolder';
import { hostileRuns, writeHostileRuns } from '../../../support/hostileRuns';

let workspace: string;
const folderOf = (id: string) => join(workspace, '.greenbatch/runs', id);
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-hostile-'));
  writeHostileRuns(workspace);
});
afterAll(() => rmSync(workspace, { recursive: true }));

it('a run that a later program wrote is told as such, never as damaged, and not resumed', () => {
  const folder = folderOf('newer');
  mkdirSync(folder, { recursive: true });
  const [first, ...rest] = sweep();
  writeFileSync(eventsFile(folder), toLines([{ ...first, version: 3 } as unknown as RunEvent, ...rest]));
  expect(peekRun(folder)).toMatchObject({
    status: 'newer',
    resumable: false,
    problem: expect.stringMatching(/run format 3 is newer .*update Greenbatch/),
  });
  expect(() => loadRun(folder)).toThrow(expect.objectContaining({ code: 'run-newer' }));
  rmSync(folder, { recursive: true });
});

describe('a run of somebody who wishes us ill', () => {
  it.each(hostileRuns)('holds up no list: %s', (id) => {
    const start = performance.now();
    const peek = peekRun(folderOf(id));
    // The extension host must answer within 200 ms; this machine may be busy with other tests.
    expect(performance.now() - start).toBeLessThan(1000);
    expect(['damaged', 'stopped']).toContain(peek.status);
    expect(createRunIndex().complete([folderOf(id)])).toEqual([]);
  });

  it('is told as damaged when it is opened, with its place', () => {
    for (const id of hostileRuns.filter((name) => name !== 'a terabyte of nothing')) {
      expect(() => loadRun(folderOf(id)), id).toThrow(expect.objectContaining({ code: 'run-log' }));
    }
  });

  it('does not hide the others', () => {
    expect(listRunFolders(workspace)).toHaveLength(hostileRuns.length);
  });
});

describe('the last line with a text', () => {
  it('is found from the end, over the ends of what is read at a time, and in the head of a long log', () => {
    const log = join(workspace, 'long.log');
    const filler = `${'y'.repeat(999)}\n`.repeat(1000);
    writeFileSync(log, 'first line\nneedle one\n');
    for (let i = 0; i < 3; i++) appendFileSync(log, filler);
    appendFileSync(log, 'a needle two\n');
    for (let i = 0; i < 2; i++) appendFileSync(log, filler);
    expect(lastLineWith(log, 'needle')).toBe('a needle two');
    expect(lastLineWith(log, 'needle one')).toBe('needle one');
    expect(lastLineWith(log, 'none')).toBeNull();
    for (let at = 990; at < 1010; at++) {
      writeFileSync(log, `${'z'.repeat((1 << 20) - at)}\nneedle three\n${filler.slice(0, 1 << 20)}`);
      expect(lastLineWith(log, 'needle three'), String(at)).toBe('needle three');
    }
    appendFileSync(log, 'needle unfinished');
    expect(lastLineWith(log, 'needle unfinished')).toBeNull();
  });
});
