import { expect, test } from 'vitest';
import { LeftOut } from '../../../../../src/workloads/detection/data/leftOut';
import { parseYoloLabels } from '../../../../../src/workloads/detection/data/yoloLabels';
import { mutatedBytes, survives } from '../../../../support/mutants';
import { repeats } from '../../../../support/repeats';

const runs = repeats(500, 10_000);

test(
  `${runs} mutants of a label file: each line is a label inside its image, or left out and named`,
  { timeout: 600_000 },
  async () => {
    const lines = ['0 .5 .5 .2 .2', '79 0.25 0.75 1 1e-3', '3 0 0 1 1 .5 .25 .1 .9', '1 0.5 0.5 1.0004 0.2'];
    const whole = Buffer.from(lines.join('\n').repeat(3));
    await survives(runs, async (seed) => {
      const leftOut = new LeftOut();
      for (const { class: number, x, y, width, height } of parseYoloLabels(
        mutatedBytes(whole, seed).toString(),
        'f.txt',
        79,
        leftOut,
      )) {
        expect(Number.isInteger(number) && number >= 0 && number <= 79).toBe(true);
        for (const share of [x, y, width, height]) expect(share >= 0 && share <= 1).toBe(true);
      }
      for (const warning of leftOut.warnings('labels')) expect(warning).toMatch(/the first: f\.txt:\d+/);
    });
  },
);
