import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { mostResamples } from '../../../../../src/core/accuracy/imageBootstrap';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resolveModel } from '../../../../../src/models/cache/build';
import type { EndToEndJob } from '../../../../../src/workloads/detection/modes/detectionJob';
import { openEndToEnd } from '../../../../../src/workloads/detection/modes/endToEnd';
import type { AccuracyTold, TellAccuracy } from '../../../../../src/workloads/workload';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-end-to-end-'));
afterAll(() => rmSync(folder, { recursive: true }));
const size = { height: 64, width: 64 };
const images = join(folder, 'images');
let modelFile: string;

/** Five annotated images. */
beforeAll(async () => {
  mkdirSync(images);
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } }).toFile(
      join(images, `${name}.png`),
    );
    writeFileSync(join(images, `${name}.txt`), '0 0.5 0.5 0.5 0.5\n');
  }
  ({ file: modelFile } = await resolveModel('yolov7-tiny', { size, input: 'uint8', seed: 1, cacheDirectory: folder }));
});

const open = (more: Partial<EndToEndJob> = {}) =>
  openEndToEnd({
    ...{
      mode: 'end-to-end',
      modelFile,
      batchSize: 2,
      instances: 1,
      threads: 1,
      spinning: false,
      ...size,
      evaluate: false,
      sample: false,
      timed: 'batch' as const,
    },
    ...{ images: { folder: images, labels: images }, baseDirectory: folder, ...more },
  });

/** Takes down what a step says. */
function watching(batchesToWarm = Infinity) {
  const [whole, phases, accuracies]: [boolean[], string[], AccuracyTold[]] = [[], [], []];
  const times: number[] = [];
  return {
    ...{ whole, phases, accuracies, times },
    ran(ms: number, isWhole: boolean) {
      whole.push(isWhole);
      times.push(ms);
    },
    phaseEnded: (phase: string) => void phases.push(phase),
    foundAccuracy: (tell: TellAccuracy) => void accuracies.push(tell(() => undefined)),
    isWarm: () => whole.length >= batchesToWarm,
  };
}

it('a step is a pass over all images; its last batch is not whole', async () => {
  const work = await open();
  for (let pass = 0; pass < 2; pass++) {
    const watch = watching();
    expect(await work.step(watch)).toBe(5);
    expect(watch.whole).toEqual([true, true, false]);
    const batch = ['load', 'preprocess', 'inference', 'nms'];
    expect(watch.phases).toEqual([...batch, ...batch, ...batch]);
    expect(watch.accuracies).toEqual([]);
  }
});

it('times a batch from the end of the one before, or its inference call alone', async () => {
  const whole = watching();
  await (await open()).step(whole);
  const inference = watching();
  const work = await open({ timed: 'inference' });
  const start = performance.now();
  await work.step(inference);
  const took = performance.now() - start;
  expect(inference.whole).toEqual([true, true, false]);
  const sum = (times: number[]) => times.reduce((all, ms) => all + ms, 0);
  // Reading and decoding five files is most of the rest.
  expect(sum(inference.times)).toBeGreaterThan(0);
  expect(sum(inference.times)).toBeLessThan(took - 1);
  expect(sum(whole.times)).toBeGreaterThan(0);
});

it('evaluates where that is asked for, as the last phase, and tells what it found', async () => {
  const work = await open({ evaluate: true });
  const watch = watching();
  expect(await work.step(watch)).toBe(5);
  expect(watch.phases.slice(-2)).toEqual(['nms', 'evaluation']);
  expect(watch.accuracies).toMatchObject([{ truth: 'images', batchSize: 2, accuracy: { images: 5 }, skipped: [] }]);
  expect(watch.accuracies[0]!.phases.evaluationMs).toBeGreaterThan(0);
  expect(watch.accuracies[0]).not.toHaveProperty('sampling');
});

it('tells the sampling error where that is asked for, out of the phases', async () => {
  const work = await open({ evaluate: true, sample: true });
  const watch = watching();
  await work.step(watch);
  expect(watch.phases.at(-1)).toBe('evaluation');
  expect(watch.accuracies[0]!.sampling).toMatchObject({ images: 5, replicates: { length: mostResamples } });
});

it('a pass of the warm-up ends with the batch that makes it warm, and goes to its end without one', async () => {
  const work = await open({ evaluate: true });
  const soon = watching(1);
  await work.warmUp!(soon);
  expect(soon.whole).toEqual([true]);
  const never = watching();
  await work.warmUp!(never);
  expect(never.whole).toEqual([true, true, false]);
  expect([...never.phases, ...never.accuracies]).toEqual([]);
});

it('does not count a pass in which no image can be read', async () => {
  const broken = join(folder, 'broken');
  mkdirSync(broken);
  writeFileSync(join(broken, 'x.png'), 'no image');
  const work = await open({ images: { folder: broken } });
  await expect(work.step(watching())).rejects.toThrow('none of the images can be read (x.png');
});
