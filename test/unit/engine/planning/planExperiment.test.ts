import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseMachine } from '../../../../src/core/plan/machineText';
import { planJson, planSchema } from '../../../../src/core/plan/planSchema';
import { type SpecInput, specSchema } from '../../../../src/core/spec/spec';
import { planExperiment } from '../../../../src/engine/planning/planExperiment';

const root = resolve(import.meta.dirname, '../../../..');
const folder = mkdtempSync(join(tmpdir(), 'greenbatch-plan-'));
// What this machine has built already would need no room.
beforeAll(() => void vi.stubEnv('GREENBATCH_CACHE', join(folder, 'cache')));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function machineFrom(text: string) {
  const parsed = parseMachine(text);
  if (!parsed.ok) throw new Error('invalid');
  return parsed.machine;
}
const cascadeLake = machineFrom(readFileSync(join(root, 'docs/machines/cascade-lake-r.yaml'), 'utf8'));
const plan = (input: Partial<SpecInput>, machine: typeof cascadeLake | null = cascadeLake) =>
  planExperiment({
    spec: specSchema.parse({ models: ['yolov7-e6e'], batchSizes: [1], ...input }),
    ...{ name: 'test', baseFolder: folder, workspace: folder, machine },
  });

/** The second experiment of the paper, soundly: warm-up, blocks in shuffled order, fixed pixels, packages and memory. */
const exp2: Partial<SpecInput> = {
  ...{ models: ['yolov7-e6e'], imageSize: 640, images: { generated: { count: 5000 } } },
  batchSizes: [5, 10, 32, 50, 100, 150, 200, 300, 400, 500, 1000],
  measure: { source: 'powercap', domains: ['package', 'dram'], order: 'shuffled', repeats: { min: 5, max: 12 } },
};

describe('the plan of the second experiment of the paper, for its node of 96 threads and 192 GiB', () => {
  it('can run as it stands, in at most 3.6 hours with five blocks at the paper’s speeds', async () => {
    const told = await plan(exp2);
    expect(told).toMatchObject({ ready: true, missing: [], trials: { configurations: 11, references: 3, least: 58 } });
    expect(told.configurations.every(({ speed }) => speed.source === 'paper')).toBe(true);
    expect(told.time.least.blocks).toBe(5);
    const hours = told.time.least.high!.totalSeconds / 3600;
    expect(hours).toBeLessThan(3.6);
    expect(hours).toBeGreaterThan(2.5);
    expect(planSchema.parse(planJson(told))).toEqual(planJson(told));
  });

  it('keeps within that with COCO’s images and trained weights, whose accuracy takes a while; they are to be taken there', async () => {
    const coco = { images: './val2017', annotations: './annotations/instances_val2017.json' };
    const told = await plan({ ...exp2, weightsFile: './yolov7-e6e.pt', images: { coco } });
    expect(told.missing.map(({ kind, blocks }) => [kind, blocks])).toEqual([
      ['images', false],
      ['annotations', false],
      ['weights', false],
    ]);
    expect(told.ready).toBe(true);
    // 5,000 images at batch 5 take 1,118 s.
    expect(told.time.least.low.accuracySeconds).toBeGreaterThan(1100);
    expect(told.time.least.high!.totalSeconds / 3600).toBeLessThan(3.6);
  });

  it('expects all batches to fit, and has those beyond 2³¹ elements as not proven', async () => {
    const told = await plan(exp2);
    expect(told.configurations.every(({ memory }) => memory.expectation === 'fits')).toBe(true);
    const unproven = told.configurations.filter(({ notProven }) => notProven !== null);
    expect(unproven.map(({ batchSize }) => batchSize)).toEqual([300, 400, 500, 1000]);
    const largest = told.configurations.at(-1)!.memory;
    expect(largest.totalBytes! / 1e9).toBeGreaterThan(120);
    expect(largest.totalBytes! / 1e9).toBeLessThan(165);
    expect(largest.tensors.map(({ role, bytes }) => [role, Math.round(bytes / 1e8) / 10])).toEqual([
      ['input', 1.2],
      ['largest', 32.8],
      ['output', 8.7],
    ]);
  });

  it('does not fit a node of 64 GiB', async () => {
    const told = await plan(exp2, { ...cascadeLake, memoryGiB: 64 });
    const of = (batch: number) => told.configurations.find(({ batchSize }) => batchSize === batch)!.memory.expectation;
    expect([of(200), of(1000)]).toEqual(['fits', 'does not fit']);
    expect(told.ready).toBe(false);
  });
});

describe('a plan', () => {
  const small = machineFrom('{ name: small, cores: 4, threads: 8, memoryGiB: 16, counters: [package] }');

  it('names processes that need more CPUs than there are', async () => {
    const told = await plan({ models: ['yolov7-tiny'], instances: [2, 16], threads: [1] }, small);
    expect(told.missing.filter(({ kind }) => kind === 'cores')).toMatchObject([
      { what: expect.stringContaining('16 processes') },
    ]);
    expect(told.ready).toBe(false);
  });

  it('names counters that a machine lacks: joules are estimated, unless a source is demanded', async () => {
    const counters = async (source: string) =>
      (await plan({ models: ['yolov7-tiny'], measure: { source } }, small)).missing.find(
        ({ kind }) => kind === 'counters',
      );
    expect(await counters('auto')).toMatchObject({ blocks: false, how: expect.stringContaining('ESTIMATED') });
    expect(await counters('powercap')).toMatchObject({ blocks: true });
  });

  it('names a disk without room', async () => {
    const told = await plan({ models: ['yolov7'] }, { ...small, counters: ['package', 'dram'], freeDiskGiB: 0.1 });
    expect(told.missing).toMatchObject([{ kind: 'disk', blocks: true, what: expect.stringContaining('MB') }]);
  });

  it('of this machine has its cores and memory, and looks at its counters', async () => {
    const told = await plan({ models: ['yolov7-tiny'], imageSize: 64 }, null);
    expect(told.machine).toMatchObject({ described: false, mostTensorBytes: expect.any(Number) });
    expect(told.machine.cores).toBeGreaterThan(0);
    expect(told.machine.availableBytes).toBeGreaterThan(0);
    expect(told.configurations[0]!.speed.source).toBe('gflops');
  });

  it('is refused where the splits of many cores make too many configurations', async () => {
    const many = {
      models: ['yolov7-tiny'],
      split: 'auto' as const,
      batchSizes: Array.from({ length: 300 }, (_, i) => i + 1),
    };
    await expect(plan(many)).rejects.toMatchObject({ code: 'experiment' });
  });
});
