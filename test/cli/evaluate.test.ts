import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeBench } from '../support/greenbatch';

/** The built program on official weights and COCO images that lie outside the project, against independent programs. */
const fixtures = process.env.GREENBATCH_FIXTURES ?? resolve(__dirname, '../../../shared/data');
const dev = join(fixtures, 'coco-val2017-dev');
const oracle = join(fixtures, 'oracle/EXPECTED_real_detections_dev.json');

describe.skipIf(!existsSync(dev) || !existsSync(oracle))('evaluate --model (GREENBATCH_FIXTURES)', () => {
  let bench = makeBench();
  beforeEach(() => {
    bench = makeBench();
  });
  afterEach(() => bench.remove());

  it.each([
    ['weights/yolov5n/yolov5n.pt', '640', 'yolov5n_640_dev', 0.004],
    ['weights/yolox-nano/yolox_nano.onnx', '416', 'yolox_nano_416_dev', 0.006],
  ])('%s at %s pixels is as accurate as an independent program found', async (model, size, name, within) => {
    const { results } = JSON.parse(readFileSync(oracle, 'utf8')) as { results: Record<string, { stats: number[] }> };
    const kept = join(bench.folder, 'dt.json');
    const annotations = join(dev, 'instances.json');
    const args = ['--model', join(fixtures, model), '--images', join(dev, 'images'), '--image-size', size];
    const run = await bench.run(['evaluate', '--annotations', annotations, ...args, '-o', kept, '--json']);
    expect(run.code, run.stderr).toBe(0);
    const { stats } = JSON.parse(run.stdout) as { stats: number[] };
    expect(Math.abs(stats[0]! - results[name]!.stats[0]!)).toBeLessThan(within);
    // What was kept says the same.
    const again = await bench.run(['evaluate', '--annotations', annotations, '--detections', kept, '--json']);
    expect((JSON.parse(again.stdout) as { stats: number[] }).stats[0]).toBeCloseTo(stats[0]!, 3);
  });
});
