import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { specSchema } from '../../src/core/spec/spec';
import { estimate } from '../../src/energy/estimate/estimate';
import { runTrialProcess } from '../../src/engine/trial/host';
import { writeConstantModel } from '../support/constantModel';
import { program, quickSpec } from '../support/greenbatch';

/** An image of YOLOv7 at 640² puts out so much; copied into memory that the kernel maps anew, it is 2,092 faults. */
const [side, rows, columns] = [640, 25_200, 85];
const folder = mkdtempSync(join(tmpdir(), 'greenbatch-faults-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());
const modelFile = join(folder, 'model.onnx');
const imagesFile = join(folder, 'images');
beforeAll(() => {
  const output = { dims: [4, rows, columns], data: new Float32Array(4 * rows * columns) };
  // Boxes in pixels, as a detector with a grid finds them; none is sure enough.
  for (let row = 0; row < 4 * rows; row++) output.data.set([(row % 80) * 8 + 4, 320, 10, 20], row * columns);
  writeConstantModel(modelFile, { inputDims: ['N', 3, side, side], outputs: { output } });
  writeFileSync(imagesFile, Buffer.alloc(3 * side * side));
});

/** Page faults without input or output, of a process with all its threads. */
function faultsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[7]);
}

/** Page faults for each image of the second window of a trial of four images a batch: 34 MB, which no C library keeps by itself. */
async function faultsPerImage(told: object): Promise<number> {
  const source = await estimate.describe({ measure: specSchema.parse(quickSpec()).measure, env: {} });
  const counted: number[] = [];
  let pid = 0;
  let images = 0;
  const end = await runTrialProcess(
    { node: process.execPath, script: program },
    folder,
    {
      ...{ kind: 'measure', workload: 'detection', instances: 1, source },
      ...{ warmupSeconds: 1, windowSeconds: 2, windows: 3 },
      told: { modelFile, batchSize: 4, threads: 1, height: side, width: side, spinning: false, ...told },
    },
    {
      ...{ cpus: null, stop: new AbortController().signal, timeoutSeconds: 60 },
      onStart: (id) => void (pid = id),
      onMessage(message) {
        if (message.type === 'phase' && message.phase === 'window') counted.push(faultsOf(pid));
        if (message.type === 'window' && message.window === 1) images = message.work;
      },
    },
  );
  expect(end).toEqual({ kind: 'done' });
  expect(images).toBeGreaterThan(10);
  return (counted[2]! - counted[1]!) / images;
}

it('a window of inference leaves the outputs where they are, whatever the C library does with memory', async () => {
  vi.stubEnv('MALLOC_MMAP_MAX_', '65536');
  vi.stubEnv('MALLOC_TRIM_THRESHOLD_', '131072');
  expect(await faultsPerImage({ mode: 'inference', imagesFile })).toBeLessThan(10);
});

it('a window from file to box uses the memory of the outputs again', async () => {
  const images = { generated: { count: 8, seed: 1 } };
  const faults = await faultsPerImage({
    mode: 'end-to-end',
    images,
    baseDirectory: folder,
    evaluate: false,
    timed: 'batch',
    sample: false,
  });
  expect(faults).toBeLessThan(200);
});
