import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/statistics/random';
import { readMetadata } from '../../../../src/models/onnx/metadata';
import { ModelError } from '../../../../src/models/modelError';
import { placesOfZeroSizes, readOnnxInput } from '../../../../src/models/onnx/onnxInput';
import { writeBakedModel, writeEndlessModel } from '../../../support/faultyModels';
import { repeats } from '../../../support/repeats';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-onnx-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'model.onnx');
const runs = repeats(500, 10_000);

it(`a mutated ONNX header is read or refused, never anything else (${runs} mutations)`, { timeout: 300_000 }, () => {
  writeBakedModel(file, { batch: 0 });
  const baked = readFileSync(file);
  writeEndlessModel(file);
  const bases = [Buffer.concat([baked.subarray(0, 400), baked.subarray(-200)]), baked, readFileSync(file)];
  const random = seededRandom(11);
  const below = (n: number) => Math.floor(random() * n);
  let read = 0;
  let slowestMs = 0;
  for (let run = 0; run < runs; run++) {
    const bytes = Buffer.from(bases[run % bases.length]!);
    // The end holds the inputs, the beginning the nodes; between them lie values.
    for (let count = 1 + below(3); count > 0; count--) {
      const near = below(Math.min(150, bytes.length));
      bytes[random() < 0.5 ? near : bytes.length - 1 - near] =
        random() < 0.3 ? [0, 1, 127, 128, 255][below(5)]! : below(256);
    }
    writeFileSync(file, random() < 0.1 ? bytes.subarray(0, below(bytes.length)) : bytes);
    const start = performance.now();
    for (const reading of [readOnnxInput, readMetadata, placesOfZeroSizes])
      try {
        reading(file);
        if (reading === readOnnxInput) read++;
      } catch (error) {
        if (!(error instanceof ModelError)) throw new Error(`run ${run}: ${bytes.toString('hex')}`, { cause: error });
        expect(error.message.length).toBeLessThan(2000);
      }
    slowestMs = Math.max(slowestMs, performance.now() - start);
  }
  expect(slowestMs).toBeLessThan(10_000);
  expect(process.resourceUsage().maxRSS).toBeLessThan(1e6);
  // Both must occur often, or the mutations test nothing.
  expect(read).toBeGreaterThan(runs / 20);
  expect(read).toBeLessThan(runs / 1.1);
});
