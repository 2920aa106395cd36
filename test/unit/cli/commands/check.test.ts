import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkCommand } from '../../../../src/cli/commands/check';
import { showCommand } from '../../../../src/cli/commands/show';
import { checkSchema } from '../../../../src/core/analysis/check/checkSchema';
import { keepPrinted } from '../../../support/printed';
import { elementsOf, parsedXml } from '../../../support/parsedXml';
import { writeRun } from '../../../support/runFolders';

let workspace: string;
let budget: string;
const printed = keepPrinted();
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-check-'));
  budget = join(workspace, 'a.budget.yaml');
  writeFileSync(join(workspace, 'a.energy.yaml'), text);
});
afterEach(() => {
  Reflect.deleteProperty(process.stdout, 'columns');
  rmSync(workspace, { recursive: true });
});

const text = 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\n';
const environment = { cpuModel: 'A', machineId: 'a', kernel: '6.8' };
const day = (n: number) => Date.parse('2026-11-01T08:00:00Z') + n * 24 * 3_600_000;

/** One run a day; each has batch 2 a little off, as days have it. */
const daily = (n: number, factors: Record<number, number> = {}, rest: Parameters<typeof writeRun>[4] = {}) =>
  writeRun(workspace, `${10 + n}-run`, join(workspace, 'a.energy.yaml'), text, {
    ...{ at: day(n), environment },
    factors: { 1: 1 + 0.01 * Math.sin(n), 2: (1 + 0.002 * Math.cos(3 * n)) * (factors[2] ?? 1) },
    ...rest,
  });

const limit = (max: number | null, percent: number | null) =>
  `  - { metric: joulesPerUnit, batchSize: 2${max === null ? '' : `, max: ${max}`}${percent === null ? '' : `, maxIncreasePercent: ${percent}`} }\n`;
const writeBudget = (limits: string, more = '') =>
  writeFileSync(budget, `experiment: a.energy.yaml\n${more}limits:\n${limits}`);
const json = () => checkSchema.parse(JSON.parse(printed.out));

describe('greenbatch check', () => {
  it('exits with 0 where all is kept, 10 where a limit is broken, 6 where it cannot tell, 8 where nothing is comparable', async () => {
    for (const n of [1, 2, 3, 4]) await daily(n);
    const [before, now] = [await daily(5), await daily(6, { 2: 1.08 })];
    writeBudget(limit(1e6, 20), `baseline: ${before}\n`);
    expect(await checkCommand([budget, '--run', now])).toBe(0);
    expect(printed.out).toContain('All 2 limits are kept.');
    expect(printed.out.trimEnd().split('\n').at(-1)).toBe(now);
    writeBudget(limit(1e6, 3), `baseline: ${before}\n`);
    expect(await checkCommand([budget, '--run', now])).toBe(10);
    const other = await daily(7, {}, { environment: { ...environment, machineId: 'b' } });
    expect(await checkCommand([budget, '--run', now, '--baseline', other])).toBe(8);
    const elsewhere = mkdtempSync(join(workspace, 'alone-'));
    writeBudget(limit(null, 3), `baseline: ${before}\n`);
    const alone = await writeRun(elsewhere, 'r', join(workspace, 'a.energy.yaml'), text, { at: day(8), environment });
    const unknown = await writeRun(elsewhere, 's', join(workspace, 'a.energy.yaml'), text, { at: day(8), environment });
    expect(await checkCommand([budget, '--run', alone, '--baseline', unknown])).toBe(6);
    writeBudget(limit(1, 3), `baseline: ${other}\n`);
    expect(await checkCommand([budget, '--run', now])).toBe(10);
  });

  it('takes JSON that show has printed for a baseline, wherever that run is now', async () => {
    for (const n of [1, 2, 3, 4]) await daily(n);
    const [before, now] = [await daily(5), await daily(6, { 2: 1.2 })];
    await showCommand([before, '--json']);
    writeFileSync(join(workspace, 'main.json'), printed.out);
    printed.out = '';
    writeBudget(limit(null, 3), 'baseline: main.json\n');
    expect(await checkCommand([budget, '--run', now, '--json'])).toBe(10);
    // The baseline itself is none of the runs that tell of other days.
    expect(json()).toMatchObject({ baseline: { id: '15-run' }, limits: [{ increase: { betweenRuns: { runs: 4 } } }] });
    writeFileSync(join(workspace, 'main.json'), '{}');
    await expect(checkCommand([budget, '--run', now])).rejects.toMatchObject({ code: 'budget' });
  });

  it.each([60, 100])('fits a terminal of %i columns', async (columns) => {
    for (const n of [1, 2, 3, 4]) await daily(n);
    const [before, now] = [await daily(5), await daily(6, { 2: 1.08 })];
    writeBudget(`${limit(1e6, 3)}  - { metric: batchLatencyMs.p95, max: 1 }\n`, `baseline: ${before}\n`);
    process.stdout.columns = columns;
    expect(await checkCommand([budget, '--run', now])).toBe(10);
    const lines = printed.out.split('\n').filter((line) => !line.includes(workspace));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    await expect(printed.out.replaceAll(workspace, '')).toMatchFileSnapshot(`../../../golden/checked-${columns}.txt`);
  });

  it('writes JUnit’s XML in the place of its own alone', async () => {
    const now = await daily(1);
    const file = join(workspace, 'energy.xml');
    writeBudget(limit(1, null));
    for (const _ of [1, 2]) expect(await checkCommand([budget, '--run', now, '--junit', file])).toBe(10);
    expect(elementsOf(parsedXml(readFileSync(file, 'utf8')), 'failure')).toHaveLength(1);
    const mine = join(workspace, 'mine.xml');
    writeFileSync(mine, '<?xml version="1.0"?><mine/>');
    await expect(checkCommand([budget, '--run', now, '--junit', mine])).rejects.toThrow('was not written by');
    expect(readFileSync(mine, 'utf8')).toContain('<mine/>');
    await expect(checkCommand([budget, '--run', now, '--junit', budget])).rejects.toThrow('was not written by');
    symlinkSync(file, join(workspace, 'link.xml'));
    await expect(checkCommand([budget, '--run', now, '--junit', join(workspace, 'link.xml')])).rejects.toMatchObject({
      code: 'file-link',
    });
    await expect(checkCommand([budget, '--run', now, '--junit', join(workspace, 'no', 'a.xml')])).rejects.toThrow(
      'cannot be written',
    );
    expect(existsSync(join(workspace, 'no'))).toBe(false);
  });

  it('says what is wrong with a budget before anything is measured', async () => {
    const rejects = (limits: string, message: string, ...more: string[]) => {
      writeBudget(limits);
      return expect(checkCommand([budget, ...more])).rejects.toMatchObject({
        code: 'budget',
        message: expect.stringContaining(message),
      });
    };
    await rejects('  - { metric: joulePerUnit, max: 1 }\n', 'did you mean joulesPerUnit?');
    await rejects(limit(null, 5), 'maxIncreasePercent needs a baseline');
    await rejects('  - { metric: joulesPerUnit, batchSize: 3, max: 1 }\n', 'limits[0]: no configuration is of batch 3');
    writeFileSync(budget, 'experiment: none.energy.yaml\nlimits:\n  - { metric: joulesPerUnit, max: 1 }\n');
    await expect(checkCommand([budget])).rejects.toMatchObject({ code: 'experiment' });
    await expect(checkCommand([join(workspace, 'none.yaml')])).rejects.toMatchObject({ code: 'budget' });
    await expect(checkCommand([])).rejects.toThrow('name one budget file');
    const now = await daily(1);
    await rejects(limit(null, 5), 'the baseline itself', '--run', now, '--baseline', now);
    await expect(checkCommand([budget, '--run', now, '--strict'])).rejects.toThrow('not with --run');
  });

  it('tells that a run is of another experiment than the budget’s', async () => {
    const now = await daily(1);
    writeBudget(limit(1e6, null));
    expect(await checkCommand([budget, '--run', now])).toBe(0);
    expect(printed.out).not.toContain('did not measure');
    writeFileSync(join(workspace, 'a.energy.yaml'), text.replace('[1, 2]', '[1, 2, 4]'));
    await checkCommand([budget, '--run', now, '--json'].slice(0, 3));
    expect(printed.out).toContain('did not measure');
  });
});
