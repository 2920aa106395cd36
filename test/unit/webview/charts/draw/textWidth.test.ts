import { describe, expect, it } from 'vitest';
import { approximateTextWidth } from '../../../../../webview/charts/draw/textWidth';

describe('the width of a text without a browser', () => {
  it('is the sum of its signs’ widths in Helvetica', () => {
    // A 667, V 667, space 278, i 222 thousandths; of the bold ones 722, 667, 278, 278.
    expect(approximateTextWidth('AV i', '10px Helvetica')).toBeCloseTo(18.34);
    expect(approximateTextWidth('AV i', 'bold 10px Helvetica')).toBeCloseTo(19.45);
    expect(approximateTextWidth('', '10px Helvetica')).toBe(0);
  });

  it('grows with the size, and counts a sign that it does not know as a digit, a square one as a square', () => {
    expect(approximateTextWidth('5', '20px x')).toBe(2 * approximateTextWidth('5', '10px x'));
    expect(approximateTextWidth('µ', '10px x')).toBe(approximateTextWidth('5', '10px x'));
    expect(approximateTextWidth('漢', '10px x')).toBe(10);
    expect(approximateTextWidth('😀', '10px x')).toBe(10);
  });
});
