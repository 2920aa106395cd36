import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nameFromFile, newRunId, workspaceOf } from '../../../src/runs/folders';
import { createRunFolder, findRun, listRunFolders, loadRun, lookup, RunNotFound } from '../../../src/runs/runFolder';
import { created, readingAt, sessionStarted, toLines } from '../../support/runEvents';

const workspace = mkdtempSync(join(tmpdir(), 'greenbatch-runs-'));
const runs = join(workspace, '.greenbatch', 'runs');
function addRun(id: string, text = toLines([created()])) {
  mkdirSync(join(runs, id), { recursive: true });
  writeFileSync(join(runs, id, 'events.jsonl'), text);
}

describe('run folders', () => {
  it('are found by id, its beginning, folder or latest', () => {
    addRun('20260101-000000-a-1111');
    addRun('20260102-000000-b-2222');
    mkdirSync(join(runs, 'not-a-run'));
    expect(listRunFolders(workspace).map((f) => f.slice(-4))).toEqual(['2222', '1111']);
    expect(findRun('latest', workspace)).toContain('2222');
    expect(findRun('20260101', workspace)).toContain('1111');
    expect(findRun(join(runs, '20260101-000000-a-1111'), '/')).toContain('1111');
    expect(() => findRun('2026', workspace)).toThrow(/several/);
    expect(() => findRun('x', workspace)).toThrow(RunNotFound);
    expect(() => findRun('latest', join(workspace, 'runs'))).toThrow(/no run yet/);
  });

  it('say what state they are in', () => {
    expect(loadRun(findRun('20260101', workspace)).status).toBe('stopped');
    addRun('20260103-000000-c-3333', toLines([created(), ...sessionStarted()]));
    // Its engine has another boot id: it was killed.
    expect(loadRun(findRun('20260103', workspace)).status).toBe('stopped');
    expect(() => createRunFolder(findRun('20260103', workspace))).toThrow(/--resume/);
    addRun('20260104-000000-d-4444', '');
    expect(() => loadRun(findRun('20260104', workspace))).toThrow(/never begun/);
  });

  it('belong to the nearest workspace upwards', () => {
    mkdirSync(join(workspace, 'deep', 'er'), { recursive: true });
    expect(workspaceOf(join(workspace, 'deep', 'er'))).toBe(workspace);
  });

  it('are named by time and experiment', () => {
    expect(newRunId('Ünïque  Sweep!', new Date('2026-11-23T06:30:12Z'), 0x4f2a)).toBe(
      '20261123-063012-n-que-sweep-4f2a',
    );
    expect(nameFromFile('/a/small.energy.yaml')).toBe('small');
  });

  it('hand out the samples inside a window, of its session only', () => {
    const samples = Array.from({ length: 100 }, (_, i) => readingAt(i));
    const header = { version: 1 as const, session: 3, wallOffsetMs: 0, domains: ['a', 'b'] };
    const find = lookup([{ header, samples }]);
    expect(find(3, 9500, 12_500).map((s) => s.monotonicMs)).toEqual([10_000, 11_000, 12_000]);
    expect(find(2, 0, 1e9)).toEqual([]);
  });
});
