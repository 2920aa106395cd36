import { expect, it } from 'vitest';
import { createInputShapes } from '../../../../src/core/run/inputShapes';

const [wide, tall] = [
  { height: 2, width: 4 },
  { height: 4, width: 3 },
];

it('is the mean of all inputs by the units in them, and the shapes of the first step in their order', () => {
  const inputs = createInputShapes();
  for (let step = 0; step < 3; step++) {
    inputs.add(2, wide);
    inputs.add(2, wide);
    inputs.add(1, tall);
    inputs.stepEnded();
  }
  const { pixelsPerUnit, inputs: shapes } = inputs.told();
  expect(pixelsPerUnit).toBeCloseTo((4 * 8 + 12) / 5);
  expect(shapes).toEqual([
    { ...wide, batches: 2 },
    { ...tall, batches: 1 },
  ]);
});

it('is nothing where no size was told', () => {
  const inputs = createInputShapes();
  inputs.stepEnded();
  expect(inputs.told()).toEqual({});
});
