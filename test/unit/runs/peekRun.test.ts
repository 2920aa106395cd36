import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsFile, powerFile } from '../../../src/runs/folders';
import { lastLineWith } from '../../../src/runs/logEnds';
import { peekRun } from '../../../src/runs/peekRun';
import { createRunIndex } from '../../../src/runs/runIndex';
import { listRunFolders, loadRun } from '../../../src/runs/runFolder';
import { created, sessionStarted, toLines } from '../../support/runEvents';

let workspace: string;
const folderOf = (id: string) => join(workspace, '.greenbatch/runs', id);
/** A run of somebody who wishes us ill, by what is made of its log. */
const hostile: Record<string, (log: string, folder: string) => void> = {
  pipe: (log) => execFileSync('mkfifo', [log]),
  zeros: (log) => symlinkSync('/dev/zero', log),
  'a link to a pipe': (log, folder) => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    symlinkSync(join(folder, 'pipe'), log);
  },
  folder: (log) => mkdirSync(log),
  'a terabyte of nothing': (log) => {
    writeFileSync(log, toLines([created(), ...sessionStarted()]));
    truncateSync(log, 2 ** 40);
  },
  'one endless line': (log) => writeFileSync(log, `{"type":"run.created","name":"${'x'.repeat(60_000_000)}`),
  'a hundred thousand configurations': (log) => {
    const first = created() as Extract<ReturnType<typeof created>, { type: 'run.created' }>;
    const configurations = Array.from({ length: 100_000 }, (_, i) => ({ ...first.configurations[0]!, id: `c${i}` }));
    writeFileSync(log, toLines([{ ...first, configurations }]));
  },
  'a moment that no clock shows': (log) => writeFileSync(log, toLines([{ ...created(), at: 1e300 }])),
  'a session without an engine': (log) =>
    writeFileSync(log, `${toLines([created()])}{"type":"session.started","engine":{"pid":"1"}}\n{"type":"x"}\n`),
  'a power series that is a pipe': (log, folder) => {
    writeFileSync(log, toLines([created(), ...sessionStarted()]));
    execFileSync('mkfifo', [powerFile(folder)]);
  },
};

beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-hostile-'));
  for (const [id, make] of Object.entries(hostile)) {
    mkdirSync(folderOf(id), { recursive: true });
    make(eventsFile(folderOf(id)), folderOf(id));
  }
});
afterAll(() => rmSync(workspace, { recursive: true }));

describe('a run of somebody who wishes us ill', () => {
  it.each(Object.keys(hostile))('holds up no list: %s', (id) => {
    const start = performance.now();
    const peek = peekRun(folderOf(id));
    // The extension host must answer within 200 ms; this machine may be busy with other tests.
    expect(performance.now() - start).toBeLessThan(1000);
    expect(['damaged', 'stopped']).toContain(peek.status);
    expect(createRunIndex().complete([folderOf(id)])).toEqual([]);
  });

  it('is told as damaged when it is opened, with its place', () => {
    for (const id of Object.keys(hostile).filter((name) => name !== 'a terabyte of nothing')) {
      expect(() => loadRun(folderOf(id)), id).toThrow(expect.objectContaining({ code: 'run-log' }));
    }
  });

  it('does not hide the others', () => {
    expect(listRunFolders(workspace)).toHaveLength(Object.keys(hostile).length);
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
