import { describe, expect, it } from 'vitest';
import { planText } from '../../../../src/cli/text/planText';
import { styleFor } from '../../../../src/cli/text/style';
import { planJson, planSchema } from '../../../../src/core/plan/planSchema';
import { assumedNoise, type Noise } from '../../../../src/core/plan/plannedDetection';
import { planFrom } from '../../../support/plans';

const measured: Noise = { percent: { low: 1, high: 1 }, runs: ['before'] };
const planned = (noise: Noise, percent = 1.5, max = 12) =>
  planFrom({ measure: { repeats: { min: 5, max } } }, { detect: { percent, noise } });
const text = (plan: ReturnType<typeof planned>) => planText(plan, styleFor(process.stdin as never), 80);

describe('a plan that is asked for a difference', () => {
  it('has blocks and seconds by the noise of this machine, and what the planned blocks tell', () => {
    const plan = planned(measured);
    const { needed, plannedPercent } = plan.detection!;
    expect(needed.map(({ powerPercent }) => powerPercent)).toEqual([80, 90]);
    const { blocks, seconds } = needed[0]!;
    expect(blocks.low).toBe(blocks.high);
    expect(seconds.low).toBeLessThan(seconds.high!);
    expect(plannedPercent.low).toBe(plannedPercent.high);
    const enough = planned(measured, 1.5, blocks.high!);
    expect(enough.time.most.low.totalSeconds).toBe(seconds.low);
    planSchema.parse(JSON.parse(JSON.stringify(planJson(plan))));
    expect(text(plan)).toContain('a trial scatters by 1.0 % here, by 1 run: before');
  });

  it('names the change to make where the planned blocks are too few, and none where they are enough', () => {
    const few = planned(measured, 1.5, 6);
    expect(few.detection!.change).toBe(
      `set measure.repeats.max: ${few.detection!.needed[0]!.blocks.high} to tell it in 80 % of runs`,
    );
    expect(planned(measured, 5).detection!.change).toBeNull();
    expect(planned({ percent: { low: 20, high: 20 }, runs: [] }).detection!.change).toMatch(/^more than \d+ blocks/);
  });

  it('has a range where the noise is only assumed, and says so', () => {
    const plan = planned(assumedNoise);
    const { blocks } = plan.detection!.needed[0]!;
    expect(blocks.low).toBeLessThan(blocks.high!);
    expect(plan.detection!.plannedPercent.low).toBeLessThan(plan.detection!.plannedPercent.high);
    expect(text(plan)).toContain('no run here tells how far trials scatter: 0.30 to 2.0 % are assumed');
    expect(
      Math.max(
        ...text(plan)
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
  });

  it('says nothing where nothing is asked, or one configuration is alone', () => {
    expect(planFrom().detection).toBeNull();
    expect(planFrom({ batchSizes: [1] }, { detect: { percent: 2, noise: measured } }).detection).toBeNull();
  });
});
