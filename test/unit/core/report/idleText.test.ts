import { expect, it } from 'vitest';
import { idleText } from '../../../../src/core/report/idleText';

it('says how well the power at rest is known, where the run watched it', () => {
  const windows = [1, 2, 3].map((beforeBlock) => ({ beforeBlock, watts: 41 }));
  expect(
    idleText({
      idleWatts: 41.25,
      idle: { watts: 41.25, standardWatts: 0.6, boundWatts: 0.8, edgeWatts: 0.8, windows },
    }),
  ).toBe('41.3 W (± 1.2 W, from 3 windows)');
  // Windows that blocks share: as wide as the note of the ranking says.
  expect(
    idleText({
      idleWatts: 41.25,
      idle: { watts: 41.25, standardWatts: 0.6, boundWatts: 0.8, edgeWatts: 2.4, windows },
    }),
  ).toBe('41.3 W (± 2.4 W, from 3 windows)');
  expect(idleText({ idleWatts: 41.25 })).toBe('41.3 W');
  expect(idleText({ idleWatts: null })).toBeNull();
});
