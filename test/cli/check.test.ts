import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkSchema } from '../../src/core/analysis/check/checkSchema';
import { makeBench, quickSpec, runFolderIn } from '../support/greenbatch';
import { elementsOf, parsedXml } from '../support/parsedXml';
import { writeRun } from '../support/runFolders';

const bench = makeBench({ GREENBATCH_POWERCAP_ROOT: '/nowhere' });
afterAll(() => bench.remove());
const at = (name: string) => join(bench.folder, name);
const budget = (name: string, experiment: string, limits: object[], more: object = {}) => {
  writeFileSync(at(name), JSON.stringify({ experiment, limits, ...more }));
  return at(name);
};
const cases = (file: string, kind: string) => elementsOf(parsedXml(readFileSync(at(file), 'utf8')), kind);

describe('greenbatch check', () => {
  it('measures the experiment and judges it, once more without measuring', async () => {
    const measure = { source: 'estimate' as const, windowSeconds: 0.2, repeats: { min: 5, max: 5 } };
    bench.writeSpec(quickSpec({ batchSizes: [1] }, measure), 'quick.energy.yaml');
    const kept = budget('kept.budget.yaml', 'quick.energy.yaml', [{ metric: 'joulesPerUnit', max: 1e9 }]);
    const result = await bench.run(['check', kept, '--junit', at('kept.xml')]);
    // Where others load the machine, as other tests do, nothing is told.
    const codes = result.stdout.includes('is not judged: In ') ? [6, 6] : [0, 10];
    expect(result.code, result.stderr + result.stdout).toBe(codes[0]);
    expect(result.stdout).toContain('stimated from CPU time');
    expect(cases('kept.xml', 'testcase')).toHaveLength(1);
    const folder = runFolderIn(result.stdout);
    const broken = budget('broken.budget.yaml', 'quick.energy.yaml', [{ metric: 'joulesPerUnit', max: 1e-9 }]);
    const again = await bench.run(['check', broken, '--run', 'latest', '--json', '--junit', at('broken.xml')]);
    expect(again.code, again.stderr).toBe(codes[1]);
    const answer = codes[1] === 10 ? 'fail' : 'cannot-tell';
    expect(checkSchema.parse(JSON.parse(again.stdout))).toMatchObject({ answer, run: { folder } });
    expect(cases('broken.xml', codes[1] === 10 ? 'failure' : 'skipped')).toHaveLength(1);
  });

  it('keeps the code of a measurement without a result, which is an error in JUnit', async () => {
    bench.writeSpec(quickSpec({}, { source: 'powercap' }), 'counters.energy.yaml');
    const file = budget('counters.budget.yaml', 'counters.energy.yaml', [{ metric: 'joulesPerUnit', max: 1 }]);
    const result = await bench.run(['check', file, '--junit', at('counters.xml')]);
    expect(result.code, result.stdout).toBe(3);
    expect(cases('counters.xml', 'error')[0]!.text).toMatch(/counter/);
  });

  it('in a workflow: nights of main, then a pull request that is slower fails, one that is equal does not', async () => {
    const spec = 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\n';
    writeFileSync(at('serving.energy.yaml'), spec);
    const day = (n: number) => Date.parse('2026-11-01T03:00:00Z') + n * 24 * 3_600_000;
    const measured = (name: string, n: number, slower = 1) =>
      writeRun(bench.folder, name, at('serving.energy.yaml'), spec, {
        ...{ at: day(n), environment: { cpuModel: 'A', machineId: 'a', kernel: '6.8' } },
        factors: { 1: 1 + 0.01 * Math.sin(n), 2: (1 + 0.01 * Math.sin(n) + 0.002 * Math.cos(3 * n)) * slower },
      });
    for (const n of [1, 2, 3, 4]) await measured(`20261101-0${n}-main`, n);
    const baseline = await measured('20261101-05-main', 5);
    const file = budget('serving.budget.yaml', 'serving.energy.yaml', [
      { metric: 'joulesPerUnit', batchSize: 2, maxIncreasePercent: 5 },
    ]);
    const check = (run: string, ...more: string[]) => bench.run(['check', file, '--run', run, '--baseline', ...more]);
    const slower = await check(await measured('20261106-slower', 6, 1.15), baseline, '--junit', at('slower.xml'));
    expect(slower.code, slower.stdout + slower.stderr).toBe(10);
    expect(cases('slower.xml', 'failure')[0]!.text).toContain('energy of batch 2 is above +5 %');
    for (const n of [7, 8, 9]) {
      const equal = await check(await measured(`2026110${n}-equal`, n), baseline);
      expect([0, 6], equal.stdout).toContain(equal.code);
    }
    const shown = await bench.run(['show', baseline, '--json']);
    writeFileSync(at('main.json'), shown.stdout);
    const kept = await check(at('.greenbatch/runs/20261106-slower'), at('main.json'));
    expect(kept.code, kept.stdout + kept.stderr).toBe(10);
  });
});
