import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSeriesFile } from '../../../../src/energy/sampler/seriesFile';
import { openEventLog } from '../../../../src/runs/store/eventLog';
import { nameFromFile, newRunId, workspaceOf } from '../../../../src/runs/store/folders';
import {
  createRunFolder,
  findRun,
  listRunFolders,
  loadRun,
  lookup,
  ownRunsFolder,
  RunNotFound,
} from '../../../../src/runs/store/runFolder';
import { created, readingAt, sessionStarted, toLines } from '../../../support/runEvents';

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

describe('a new run', () => {
  const place = mkdtempSync(join(tmpdir(), 'greenbatch-new-'));

  it('has a folder of its own, which was not there or was empty', () => {
    createRunFolder(join(place, 'a/b/run'));
    createRunFolder(join(place, 'a/b/run'));
    writeFileSync(join(place, 'a/b/run/notes.txt'), 'mine');
    expect(() => createRunFolder(join(place, 'a/b/run'))).toThrow(expect.objectContaining({ code: 'run-folder' }));
    expect(() => createRunFolder(join(place, 'a/b/run/notes.txt'))).toThrow('is no empty folder');
    expect(() => createRunFolder(join(place, 'a/b/run/notes.txt/run'))).toThrow('cannot be made');
  });

  it('is written through no link: not the folder, not those above it in a workspace', () => {
    mkdirSync(join(place, 'target'));
    symlinkSync(join(place, 'target'), join(place, 'link'));
    symlinkSync(join(place, 'nothing'), join(place, 'dangling'));
    for (const name of ['link', 'dangling']) {
      expect(() => createRunFolder(join(place, name))).toThrow(expect.objectContaining({ code: 'run-folder' }));
    }
    mkdirSync(join(place, 'ws1'));
    symlinkSync(join(place, 'target'), join(place, 'ws1/.greenbatch'));
    mkdirSync(join(place, 'ws2/.greenbatch'), { recursive: true });
    symlinkSync(join(place, 'target'), join(place, 'ws2/.greenbatch/runs'));
    for (const workspace of ['ws1', 'ws2']) {
      expect(() => ownRunsFolder(join(place, workspace))).toThrow('is a link');
    }
    expect(readdirSync(join(place, 'target'))).toEqual([]);
    expect(ownRunsFolder(join(place, 'ws3'))).toBe(join(place, 'ws3/.greenbatch/runs'));
  });

  it.skipIf(process.getuid?.() !== 0)(
    'lies in no workspace that another user made of a folder that is open to all',
    () => {
      const open = join(place, 'open');
      mkdirSync(join(open, '.greenbatch'), { recursive: true });
      mkdirSync(join(open, 'mine'));
      chmodSync(open, 0o1777);
      expect(workspaceOf(join(open, 'mine'))).toBe(open);
      chownSync(join(open, '.greenbatch'), 65534, 65534);
      expect(workspaceOf(join(open, 'mine'))).toBe(join(open, 'mine'));
      chmodSync(open, 0o755);
      expect(workspaceOf(join(open, 'mine'))).toBe(open);
    },
  );
});

describe('a log that is a link', () => {
  it('is read, and not written to: what it leads to keeps its last line', () => {
    const place = mkdtempSync(join(tmpdir(), 'greenbatch-linked-'));
    writeFileSync(join(place, 'precious'), 'no line end');
    symlinkSync(join(place, 'precious'), join(place, 'events.jsonl'));
    expect(() => openEventLog(join(place, 'events.jsonl'))).toThrow('is a link');
    expect(() => openSeriesFile(join(place, 'events.jsonl'))).toThrow('is a link');
    expect(readFileSync(join(place, 'precious'), 'utf8')).toBe('no line end');
  });
});
