import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listImages } from '../../../../../src/workloads/detection/data/dataset';
import { DatasetError } from '../../../../../src/workloads/detection/data/datasetError';
import { imageReason } from '../../../../../src/workloads/detection/decode/imageError';
import { jpegOf } from '../../../../support/jpegs';
import { mutatedBytes, survives } from '../../../../support/mutants';
import { repeats } from '../../../../support/repeats';
import { zipOf } from '../../../../support/zip';

const runs = repeats(500, 10_000);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'zip-fuzz-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test(`${runs} mutants of a ZIP are read or refused, entry by entry`, { timeout: 1_800_000 }, async () => {
  const bytes = await jpegOf(60, 40);
  const whole = zipOf(['val/1.jpg', 'val/2.jpg', 'val/é.jpg', '__MACOSX/._1.jpg'].map((name) => ({ name, bytes })));
  const directory = whole.indexOf('PK\x01\x02');
  const outcomes = { archive: 0, entry: 0, read: 0 };
  await survives(runs, async (seed) => {
    // The list of entries lies at the end, and takes most of the hits.
    const mutant =
      seed % 3 === 0
        ? mutatedBytes(whole, seed)
        : Buffer.concat([whole.subarray(0, directory), mutatedBytes(whole.subarray(directory), seed)]);
    const file = join(folder, `${seed % 20}.zip`);
    writeFileSync(file, mutant);
    try {
      const { items } = await listImages({ folder: file }, folder);
      for (const { load } of items)
        await load().then(
          (loaded) => {
            outcomes.read++;
            expect(loaded.length).toBeLessThanOrEqual(bytes.length);
          },
          (error: unknown) => {
            outcomes.entry++;
            expect(imageReason(error)).toMatch(/^corrupt or truncated: damaged in the archive: [^\n]+$/);
          },
        );
    } catch (error) {
      outcomes.archive++;
      expect(error).toBeInstanceOf(DatasetError);
    }
  });
  for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(runs / 20);
});
