import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareCommand } from '../../../../src/cli/commands/compare';
import { exportCommand } from '../../../../src/cli/commands/export';
import { comparisonSchema } from '../../../../src/core/analysis/comparison/comparisonSchema';
import { reportJsonSchema } from '../../../../src/core/export/reportJsonSchema';
import { keepPrinted } from '../../../support/printed';
import { writeRun } from '../../../support/runFolders';

let workspace: string;
const printed = keepPrinted();
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-compare-'));
});
afterEach(() => {
  Reflect.deleteProperty(process.stdout, 'columns');
  rmSync(workspace, { recursive: true });
});

const text = 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\n';
const run = (id: string, spec = text, measured = true) =>
  writeRun(workspace, id, join(workspace, 'a.energy.yaml'), spec, { measured });

const day = (n: number) => Date.parse('2026-11-01T08:00:00Z') + n * 24 * 3_600_000;
const environment = { cpuModel: 'A', machineId: 'a', kernel: '6.8' };
/** One run a day; each has batch 2 a little off, as days have it. */
const daily = (n: number, factors: Record<number, number> = {}, spec = text) =>
  writeRun(workspace, `${10 + n}-run`, join(workspace, 'a.energy.yaml'), spec, {
    ...{ at: day(n), environment },
    factors: { 1: 1 + 0.01 * Math.sin(n), ...factors, 2: (1 + 0.002 * Math.cos(3 * n)) * (factors[2] ?? 1) },
  });

describe('greenbatch compare', () => {
  it('exits with 6 where nothing can be judged, 8 where it refuses', async () => {
    const first = await run('one');
    expect(await compareCommand([first, await run('two')])).toBe(6);
    expect(printed.out).toContain('is not known');
    printed.out = '';
    expect(await compareCommand([first, await run('estimated', text, false), '--json'])).toBe(8);
    expect(comparisonSchema.parse(JSON.parse(printed.out)).refused?.code).toBe('measured-with-estimated');
    expect(await compareCommand([first, await run('three'), '--reference', 'b9'])).toBe(8);
  });

  it('exits with 0 where equal runs beside them tell of other days, on a terminal of 60 columns too', async () => {
    for (const n of [1, 2, 3, 4]) await daily(n);
    const [before, after] = [await daily(5), await daily(6, { 1: 1.04, 2: 0.97 })];
    process.stdout.columns = 60;
    expect(await compareCommand([before, after])).toBe(0);
    const table = printed.out.split('\n').filter((line) => /^(batch|  )/.test(line));
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(60);
    await expect(printed.out).toMatchFileSnapshot('../../../golden/compared-narrow.txt');
  });

  it('takes sides of several runs, and control runs by name', async () => {
    const before = [await daily(1), await daily(2), await daily(3)];
    const after = [
      await daily(4, { 1: 0.9, 2: 0.9 }),
      await daily(5, { 1: 0.9, 2: 0.9 }),
      await daily(6, { 1: 0.9, 2: 0.9 }),
    ];
    expect(await compareCommand([...before, '--with', ...after, '--json'])).toBe(0);
    const several = comparisonSchema.parse(JSON.parse(printed.out));
    expect(several.firstRuns.map((r) => r.folder)).toEqual(before);
    expect(several).toMatchObject({ isAbsoluteJudged: true, betweenRuns: { runs: 6, control: [] } });
    printed.out = '';
    const control = [];
    for (const n of [7, 8, 9]) control.push(await daily(n, {}, text.replace('[1, 2]', '[2, 4]')));
    await compareCommand([before[0]!, after[0]!, '--json', '--control', ...control]);
    expect(comparisonSchema.parse(JSON.parse(printed.out)).betweenRuns?.control).toEqual([
      '17-run',
      '18-run',
      '19-run',
    ]);
  });

  it('wants two sides, of runs that exist, each once', async () => {
    await expect(compareCommand(['one'])).rejects.toThrow('name two runs');
    await expect(compareCommand(['a', 'b', 'c'])).rejects.toThrow('name two runs');
    await expect(compareCommand(['a', '--with'])).rejects.toThrow('name two runs');
    await expect(compareCommand(['a', 'b', '--control'])).rejects.toThrow('name the runs of the control');
    await expect(compareCommand([join(workspace, 'a'), join(workspace, 'b')])).rejects.toThrow('no run');
    const one = await run('one');
    await expect(compareCommand([one, one, '--with', one])).rejects.toThrow('named twice');
  });
});

describe('greenbatch export', () => {
  it('writes each format to standard output or a file', async () => {
    const folder = await run('one');
    expect(await exportCommand([folder, '--format', 'csv'])).toBe(0);
    expect(printed.out.split('\r\n')).toHaveLength(4);
    const file = join(workspace, 'out.csv');
    expect(await exportCommand([folder, '--format', 'csv', '--trials', '-o', file])).toBe(0);
    expect(readFileSync(file, 'utf8').split('\r\n')).toHaveLength(12);
    printed.out = '';
    await exportCommand([folder, '--format', 'json']);
    expect(reportJsonSchema.parse(JSON.parse(printed.out)).run.id).toBe('one');
    printed.out = '';
    await exportCommand([folder, '--format', 'markdown']);
    expect(printed.out).toMatch(/^# test\n/);
  });

  it('names what it cannot do', async () => {
    const folder = await run('one');
    await expect(exportCommand([folder])).rejects.toThrow('name one run and a format');
    await expect(exportCommand([folder, '--format', 'pdf'])).rejects.toThrow(
      'allowed: csv, parquet, markdown, latex, json',
    );
    await expect(exportCommand([folder, '--format', 'json', '--trials'])).rejects.toThrow('csv, parquet alone');
    await expect(exportCommand([folder, folder, '--format', 'csv'])).rejects.toThrow('several runs go with');
    const nowhere = join(workspace, 'no', 'such', 'out.csv');
    await expect(exportCommand([folder, '--format', 'csv', '-o', nowhere])).rejects.toThrow('cannot be written');
  });
});
