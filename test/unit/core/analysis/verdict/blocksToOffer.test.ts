import { expect, it } from 'vitest';
import { blocksToOffer } from '../../../../../src/core/analysis/verdict/blocksToOffer';

const open = { kind: 'unresolved' as const, openBecause: 'comparison' as const, moreBlocks: 7, feasibility: [] };
const limit = (blocksMayDecide: boolean, feasible: 'unresolved' | 'no' = 'unresolved') => ({
  ...{ ...open, openBecause: 'feasibility' as const, moreBlocks: null },
  feasibility: [{ id: 'a', feasible, reason: '', breaks: [], blocksMayDecide }],
});

it('offers as many as would decide it, and none where none would', () => {
  expect(blocksToOffer(open, 12)).toBe(7);
  expect(blocksToOffer({ ...open, openBecause: 'too-few-blocks', moreBlocks: 2 }, 3)).toBe(2);
  expect(blocksToOffer({ ...open, moreBlocks: null }, 12)).toBeNull();
  expect(blocksToOffer({ ...open, openBecause: 'conditions', moreBlocks: null }, 12)).toBeNull();
});

it('offers some where it is open whether a limit is kept and blocks may tell', () => {
  expect(blocksToOffer(limit(true), 12)).toBe(5);
  expect(blocksToOffer(limit(false), 12)).toBeNull();
  expect(blocksToOffer(limit(true, 'no'), 12)).toBeNull();
});

it('offers none for a verdict, and no more than a run can have', () => {
  expect(blocksToOffer({ ...open, kind: 'greenest' }, 12)).toBeNull();
  expect(blocksToOffer(open, 996)).toBe(4);
  expect(blocksToOffer(open, 1000)).toBeNull();
});
