import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { planSchema } from '../../src/core/plan/planSchema';
import { makeBench, quickSpec } from '../support/greenbatch';

const bench = makeBench({ GREENBATCH_POWERCAP_ROOT: '/nowhere', GREENBATCH_CACHE: '' });
afterAll(() => bench.remove());
const cascadeLake = resolve('docs/machines/cascade-lake-r.yaml');

/** With a cache of its own, in which nothing must appear. */
const plan = (...args: string[]) => bench.run(['plan', ...args], { GREENBATCH_CACHE: join(bench.folder, 'cache') });

describe('greenbatch plan', () => {
  it('tells of this machine, and neither runs nor builds anything', async () => {
    const file = bench.writeSpec(quickSpec({ name: 'quick' }, { source: 'estimate' }));
    const result = await plan(file);
    expect(result.code, result.stderr + result.stdout).toBe(0);
    expect(result.stdout).toMatch(/^quick: a plan; nothing has run\nfor this machine: /);
    expect(result.stdout).toContain('It can run as it stands.');
    expect(existsSync(join(bench.folder, 'cache'))).toBe(false);
    expect(readdirSync(join(bench.folder, '.greenbatch'))).toEqual([]);
  });

  it('knows the speeds of a run that this machine has finished', async () => {
    const file = bench.writeSpec(quickSpec({ name: 'before' }, { source: 'estimate' }), 'before.energy.yaml');
    const run = await bench.run(['run', file], { GREENBATCH_CACHE: join(bench.folder, 'runs-cache') });
    expect(run.code, run.stderr).toBe(0);
    const told = planSchema.parse(JSON.parse((await plan(file, '--json')).stdout));
    expect(told.configurations.map(({ speed }) => speed.source)).toEqual(told.configurations.map(() => 'run'));
    expect(told.configurations.every(({ measuredIn }) => measuredIn !== null)).toBe(true);
    expect(told.time.least.high).not.toBeNull();
  });

  it('ends with code 10 where images are missing here, and with 0 for a machine that is described', async () => {
    const coco = { images: './val2017', annotations: './instances_val2017.json' };
    const file = bench.writeSpec(quickSpec({ images: { coco } }, { source: 'estimate' }), 'coco.energy.yaml');
    const here = await plan(file);
    expect(here.code).toBe(10);
    expect(here.stdout).toContain(`to be put at ${join(bench.folder, 'val2017')}`);
    expect(here.stdout).toContain('val2017.zip');
    const there = await plan(file, '--machine', cascadeLake);
    expect(there.code, there.stdout).toBe(0);
  });

  it('ends with code 10 where counters are demanded that are not there', async () => {
    const file = bench.writeSpec(quickSpec({}, { source: 'powercap' }), 'counters.energy.yaml');
    const result = await plan(file);
    expect(result.code).toBe(10);
    expect(result.stdout).toMatch(/joules cannot be measured: there are no energy counters/);
  });

  it('refuses an invalid experiment, an invalid machine, and no file, with code 2', async () => {
    const file = bench.writeSpec(quickSpec());
    writeFileSync(join(bench.folder, 'machine.yaml'), 'name: a\ncores: many\n');
    writeFileSync(join(bench.folder, 'wrong.energy.yaml'), 'modles: [yolov7]\n');
    const machine = await plan(file, '--machine', join(bench.folder, 'machine.yaml'));
    expect([machine.code, machine.stderr]).toEqual([2, expect.stringMatching(/machine\.yaml:2:8 cores: /)]);
    expect((await plan(join(bench.folder, 'wrong.energy.yaml'))).code).toBe(2);
    expect((await plan(file, '--machine', join(bench.folder, 'none.yaml'))).code).toBe(2);
    expect((await plan()).code).toBe(2);
  });
});
