import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type SpecInput, specSchema } from '../../../../../src/core/spec/spec';
import { foreseeDetection } from '../../../../../src/workloads/detection/session/foresee';
import { writeConstantModel } from '../../../../support/constantModel';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-foresee-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const foresee = (input: Partial<SpecInput>) =>
  foreseeDetection(specSchema.parse({ models: ['yolov7-tiny'], batchSizes: [1, 4], imageSize: 64, ...input }), {
    ...{ baseFolder: folder, cacheFolder: join(folder, 'cache') },
  });
const kinds = ({ missing }: Awaited<ReturnType<typeof foresee>>) => missing.map(({ kind }) => kind);

describe('what can be told of an experiment of detection', () => {
  it('is operations and memory of each architecture, and the images that stay in memory; nothing is built', async () => {
    const told = await foresee({ models: ['yolov7-tiny', 'yolov7'], images: { generated: { count: 50_000 } } });
    expect(told.models.map(({ model }) => model)).toEqual(['yolov7-tiny', 'yolov7']);
    expect(told.models[0]!.gflops).toBeCloseTo(13.7 / 100, 2);
    expect(told.models[0]!.memory!.arenas.map(({ batchSize }) => batchSize)).toEqual([1, 4]);
    expect(told.models[0]!.toBuildBytes).toBeGreaterThan(24e6);
    // 256 MiB of 64 × 64 pixels in three colours.
    expect(told.images).toMatchObject({ count: 50_000, bytesEach: 12_288, inRotation: Math.floor(2 ** 28 / 12_288) });
    expect(told).toMatchObject({ passUnits: null, readsOutputs: false, missing: [] });
    expect(told.models[0]!.accuracyImages).toBe(0);
  });

  it('plans rectangular batches with the memory of the largest that there can be', async () => {
    const measure = { scope: 'process' } as const;
    const generated = { count: 4 };
    const square = await foresee({ measure, images: { generated } });
    const rect = await foresee({ measure, images: { generated, rect: true } });
    const most = await foresee({ measure, images: { generated }, imageSize: 96 });
    expect(rect.models[0]!.memory).toEqual(most.models[0]!.memory);
    expect(rect.models[0]!.gflops).toBe(square.models[0]!.gflops);
  });

  it('names images, annotations and weights that are not there, with their places, and plans with them all the same', async () => {
    const told = await foresee({
      ...{ models: ['yolov7-tiny'], weightsFile: './weights/yolov7-tiny.pt' },
      images: { coco: { images: './val2017', annotations: './instances_val2017.json' } },
    });
    expect(kinds(told)).toEqual(['images', 'annotations', 'weights']);
    expect(told.missing.map(({ where }) => where)).toEqual([
      ...['val2017', 'instances_val2017.json', 'weights/yolov7-tiny.pt'].map((name) => join(folder, name)),
    ]);
    expect(told.missing[2]!.how).toMatch(/release v0\.1/);
    expect(told.images!.count).toBe(5000);
    // Its weights will be trained ones: then its accuracy is measured.
    expect(told.models[0]).toMatchObject({ accuracyImages: 5000, unknown: null });
    const few = await foresee({ images: { folder: './photos', count: 40 } });
    expect(few.images!.count).toBe(40);
  });

  it('takes an official checkpoint that is not there for its network, and another for unknown', async () => {
    const told = await foresee({ models: ['./yolov7.pt', './best.pt'] });
    expect(told.models[0]!.gflops).toBeCloseTo(104.5 / 100, 1);
    expect(told.models[1]).toMatchObject({ gflops: null, memory: null });
    expect(kinds(told)).toEqual(['weights', 'weights']);
  });

  it('knows of an .onnx its batch size, and not its memory', async () => {
    const file = join(folder, 'fixed.onnx');
    const outputs = { output: { dims: [1], data: new Float32Array(1) } };
    writeConstantModel(file, { inputDims: [4, 3, 64, 64], outputs });
    const told = await foresee({ models: ['./fixed.onnx'] });
    expect(told.models[0]).toMatchObject({ memory: null, toBuildBytes: 0, fixedBatch: 4 });
    expect(told.models[0]!.unknown).toMatch(/guard/);
  });

  it('tells of a folder without images, a cfg that is none and an image size that does not fit, in their own words', async () => {
    mkdirSync(join(folder, 'empty'), { recursive: true });
    writeFileSync(join(folder, 'wrong.yaml'), 'backbone: 3');
    const told = await foresee({ models: ['./wrong.yaml', 'yolov7'], imageSize: 72, images: { folder: './empty' } });
    expect(kinds(told)).toEqual(['images', 'model', 'model']);
    expect(told.missing[0]!.what).toMatch(/holds no images/);
    expect(told.missing[2]!.what).toMatch(/multiples of 32/);
  });

  it('of whole passes is their images, whose outputs are read', async () => {
    const told = await foresee({ images: { generated: { count: 30 } }, measure: { scope: 'end-to-end' } });
    expect(told).toMatchObject({ passUnits: 30, readsOutputs: true, wholeProcess: false });
    const whole = await foresee({ images: { generated: { count: 30 } }, measure: { scope: 'process' } });
    expect(whole).toMatchObject({ passUnits: 30, readsOutputs: true, wholeProcess: true });
  });
});
