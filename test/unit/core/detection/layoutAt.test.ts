import { expect, it } from 'vitest';
import type { DetectorLayout } from '../../../../src/core/detection/detector';
import { layoutAt } from '../../../../src/core/detection/layoutAt';

const from = { height: 640, width: 640 };
const to = { height: 384, width: 672 };
const cells = [8, 16, 32].reduce((sum, stride) => sum + (384 / stride) * (672 / stride), 0);

it.each(['decoded', 'cells'] as const)('has as many boxes of %s rows as the size has cells', (kind) => {
  const layout = { kind, output: 'output', boxes: kind === 'cells' ? 8400 : 25_200, classes: 80, strides: [8, 16, 32] };
  expect(layoutAt(layout as DetectorLayout, from, to)).toMatchObject({ boxes: kind === 'cells' ? cells : 3 * cells });
  expect(layoutAt(layout as DetectorLayout, from, from)).toEqual(layout);
});

it('has heads as high and wide as their stride makes them', () => {
  const head = { output: 'a', stride: 32, anchors: [1, 2], height: 20, width: 20, valuesLast: true };
  const layout: DetectorLayout = { kind: 'heads', heads: [head], boxes: 400, classes: 1 };
  expect(layoutAt(layout, from, to)).toEqual({ ...layout, heads: [{ ...head, height: 12, width: 21 }], boxes: 252 });
});

it('leaves boxes alone that come out of the model as they are', () => {
  const layout: DetectorLayout = { kind: 'suppressedRows', output: 'output' };
  expect(layoutAt(layout, from, to)).toBe(layout);
});
