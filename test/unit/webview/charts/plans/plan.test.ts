import { describe, expect, it } from 'vitest';
import { chartOptions } from '../../../../../webview/charts/plans/plan';
import { paperTheme } from '../../../../../webview/look/paperTheme';

describe('the options of a chart', () => {
  it('end an axis at a number that can be printed as its last tick', () => {
    // 3000 × 1.1 and 700 × 1.15 in binary fractions.
    const { scales } = chartOptions(
      paperTheme,
      { title: 'x', max: 3000 * 1.1 },
      { title: 'y', max: 700 * 1.15 },
      () => [],
    );
    expect([scales!.x!.max, scales!.y!.max]).toEqual([3300, 805]);
    expect([3000 * 1.1, 700 * 1.15]).not.toEqual([3300, 805]);
  });
});
