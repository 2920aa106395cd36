import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadPastRun, pastRunFolders } from '../../../../src/runs/index/pastRuns';
import { eventsFile } from '../../../../src/runs/store/folders';
import { writeRun } from '../../../support/runFolders';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-past-'));
});
afterEach(() => rmSync(workspace, { recursive: true }));

const text = 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\n';
const run = (id: string, spec = text, rest: Parameters<typeof writeRun>[4] = {}) =>
  writeRun(workspace, id, join(workspace, 'a.energy.yaml'), spec, rest);
const ids = (folders: readonly string[]) => folders.map((folder) => basename(folder));

describe('runs of the past', () => {
  it('are complete ones that measured the same, the newest first', async () => {
    const [one, two] = [await run('05-one'), await run('06-two', text.replace('2]', '4]'))];
    await run('01-same');
    await run('03-same-as-two', text.replace('2]', '4]'));
    await run('02-other', text.replace('2]', '8]'));
    await run('04-not-complete', text, { complete: false });
    expect(ids(pastRunFolders([one, two]))).toEqual(['03-same-as-two', '01-same']);
    expect(ids(pastRunFolders([one]))).toEqual(['01-same']);
  });

  it('are no folders without a log that can be read', async () => {
    const one = await run('01-one');
    const damaged = join(dirname(one), '02-damaged');
    mkdirSync(damaged);
    writeFileSync(eventsFile(damaged), 'not a log\n');
    mkdirSync(join(dirname(one), '03-empty'));
    expect(pastRunFolders([one])).toEqual([]);
    expect(loadPastRun(damaged)).toBeNull();
    expect(loadPastRun(one)?.report.run.id).toBe('01-one');
  });

  it('are twelve at most', async () => {
    const one = await run('99-one');
    for (let i = 10; i < 24; i++) await run(`${i}-same`);
    const found = ids(pastRunFolders([one]));
    expect([found.length, found[0], found.at(-1)]).toEqual([12, '23-same', '12-same']);
  });
});
