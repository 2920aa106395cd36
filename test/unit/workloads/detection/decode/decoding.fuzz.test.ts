import { expect, test } from 'vitest';
import { prepareImage } from '../../../../../src/workloads/detection/prepare/image';
import { imageReason } from '../../../../../src/workloads/detection/decode/imageError';
import { jpegOf } from '../../../../support/jpegs';
import { mutatedBytes, survives } from '../../../../support/mutants';
import { repeats } from '../../../../support/repeats';

const runs = repeats(500, 10_000);

test.each([
  ['baseline', {}],
  ['progressive', { progressive: true }],
])(`${runs} mutants of a %s JPEG are read or refused with one line`, { timeout: 1_800_000 }, async (_name, options) => {
  const whole = await jpegOf(90, 70, { quality: 60, ...options });
  const header = whole.indexOf(Buffer.from([0xff, 0xda]));
  let refused = 0;
  await survives(runs, async (seed) => {
    // Two in three change the header alone, where a byte does most.
    const bytes =
      seed % 3 === 0
        ? mutatedBytes(whole, seed)
        : Buffer.concat([mutatedBytes(whole.subarray(0, header + 12), seed), whole.subarray(header + 12)]);
    try {
      const { warnings } = await prepareImage(bytes, { height: 64, width: 64 });
      for (const warning of warnings) expect(warning).toMatch(/^(scan|stray|an unknown|no end)/);
    } catch (error) {
      refused++;
      expect(imageReason(error)).toMatch(/^[^\n]+$/);
      expect(imageReason(error)).not.toMatch(/undefined|is not a function|Cannot read/);
    }
  });
  expect(refused).toBeGreaterThan(runs / 4);
  expect(refused).toBeLessThan(runs);
});
