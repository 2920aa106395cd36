import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { rectShapes, shapeRuns } from '../../src/core/detection/rectShapes';
import { loadRun } from '../../src/runs/store/runFolder';
import { sceneSize } from '../../src/workloads/detection/data/scenes';
import { writeConstantModel } from '../support/constantModel';
import { makeBench, quickSpec, runFolderIn } from '../support/greenbatch';

/** Runs whose batches have a shape each (`images.rect`), through the built program. */

let bench = makeBench();
beforeEach(() => {
  bench = makeBench();
});
afterEach(() => bench.remove());

const count = 16;
const sizes = Array.from({ length: count }, (_, index) => sceneSize(index));

it.each(['process', 'end-to-end'] as const)(
  'measures batches of the shapes that follow from the images, and shows what pixels an image costs: %s',
  async (scope) => {
    const output = { output: { dims: [1, 4], data: new Float32Array(4) } };
    writeConstantModel(join(bench.folder, 'fixed.onnx'), { inputDims: ['batch', 3, 64, 64], outputs: output });
    const spec = quickSpec(
      { models: ['yolov7-tiny', './fixed.onnx'], batchSizes: [1, 4, 16], images: { generated: { count }, rect: true } },
      { source: 'estimate', scope, windowSeconds: 0.2, repeats: { min: 1, max: 1 } },
    );
    const result = await bench.run(['run', bench.writeSpec(spec)]);
    expect(result.code, result.stderr).toBe(0);
    expect(result.stderr.replace(/\s+/g, ' ')).toContain('fixed.onnx takes images of 64×64 pixels only');
    expect(result.stderr.replace(/\s+/g, ' ')).toContain('2: "height", 3: "width"');
    expect(result.stdout).toContain('longer side 64 pixels, each batch padded to a shape of its own');
    expect(result.stdout).toContain('pixels/image');
    const folder = runFolderIn(result.stdout);
    const { run } = loadRun(folder);
    const measured = run.trials.filter((t) => t.state === 'finished' && !t.reference);
    expect(measured).toHaveLength(3);
    for (const { configuration, windows } of measured) {
      const { batchSize } = run.configurations.find(({ id }) => id === configuration)!;
      const shapes = rectShapes(sizes, { batchSize, imageSize: 64, stride: 32 });
      expect(windows[0]!.inputs).toEqual(shapeRuns(shapes));
      const pixels = shapes.reduce((sum, { height, width }) => sum + height * width * batchSize, 0) / count;
      expect(windows[0]!.pixelsPerUnit).toBeCloseTo(pixels);
      expect(windows[0]!.work % count).toBe(0);
    }
    const report = JSON.parse((await bench.run(['show', folder, '--json'])).stdout);
    expect(report.run).toMatchObject({ scope, rect: true, imageSize: { height: 64, width: 64 } });
    const known = report.configurations.filter((c: { model: string }) => c.model === 'yolov7-tiny');
    const means = known.map((c: { pixelsPerImage: { mean: number } }) => c.pixelsPerImage.mean);
    expect(means.toSorted((a: number, b: number) => a - b)).toEqual(means);
    expect(means[2]).toBe(96 * 96);
    expect(means[0]).toBeLessThan(means[2]);
  },
);

it('is refused with windows of inference alone, with the reason', async () => {
  const file = bench.writeSpec(quickSpec({ images: { generated: { count: 4 }, rect: true } }, { source: 'estimate' }));
  const result = await bench.run(['run', file]);
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('images.rect: windows of inference alone run batches of one fixed shape');
});
