import { describe, expect, it } from 'vitest';
import type { Current } from '../../../../src/core/configuration/inUse';
import { judge } from '../../../../src/core/analysis/verdict/judge';
import { type ShownWinner, showWinner, winnerOf } from '../../../../webview/parts/winner';
import { emptyResult, termsOf, trialOf } from '../../../support/simulatedSweep';

const of = (batchSize: number, joules: number, model = 'm') =>
  emptyResult(batchSize, {
    ...{ id: `${model} b${batchSize}`, model },
    trials: [1, 2, 3, 4, 5, 6].map((block) => trialOf(block, joules * (1 + 0.001 * ((block * batchSize) % 4)))),
  });

describe('what Apply offers', () => {
  const offered = (results: ReturnType<typeof of>[], current: Current | undefined, inUse: Current | null = null) => {
    const terms = { ...termsOf(), current };
    const run = { terms, inUse };
    const { chosen, toApply } = winnerOf({ run, analysis: judge(results, terms) });
    return [chosen?.id ?? null, toApply?.id ?? null];
  };
  const results = [of(1, 3), of(8, 2)];

  it('is the winner, unless it runs already', () => {
    expect(offered(results, undefined)).toEqual(['m b8', 'm b8']);
    expect(offered(results, { batchSize: 1 })).toEqual(['m b8', 'm b8']);
    expect(offered(results, { batchSize: 8 })).toEqual(['m b8', null]);
  });

  it('follows the experiment as it is now, not as it was when the run began', () => {
    expect(offered(results, { batchSize: 1 }, { batchSize: 8 })).toEqual(['m b8', null]);
    expect(offered(results, { batchSize: 8 }, { batchSize: 1 })).toEqual(['m b8', 'm b8']);
  });

  it('is another model at the same batch size', () => {
    const two = [of(8, 3, 'fp32'), of(8, 2, 'int8')];
    expect(offered(two, { batchSize: 8, model: 'fp32' })).toEqual(['int8 b8', 'int8 b8']);
    expect(offered(two, { batchSize: 8, model: 'int8' })).toEqual(['int8 b8', null]);
    // Which of both runs is not known: applying says so.
    expect(offered(two, { batchSize: 8 })).toEqual(['int8 b8', 'int8 b8']);
  });

  it('is nothing while there is no winner', () => {
    expect(offered([of(1, 2)], undefined)).toEqual([null, null]);
    expect(winnerOf({ run: null, analysis: null })).toEqual({ chosen: null, toApply: null });
  });
});

describe('a change of the winner', () => {
  /** What is said at last when winners come one after the other: the former winner and its blocks. */
  const said = (...shown: [winner: string | null, blocks: number, rest?: Partial<ShownWinner>][]) =>
    shown.reduce<ShownWinner | null>(
      (before, [winner, blocks, rest]) => showWinner(before, { runId: 'a', terms: 't', winner, blocks, ...rest }),
      null,
    )!.former;

  it('is said with the blocks that the former one rested on, for as long as it is another', () => {
    expect(said(['b1', 5])).toBeNull();
    expect(said(['b1', 5], ['b1', 6])).toBeNull();
    expect(said(['b1', 5], ['b1', 6], ['b8', 7])).toEqual({ winner: 'b1', blocks: 6 });
    expect(said(['b1', 5], ['b8', 7], ['b8', 8])).toEqual({ winner: 'b1', blocks: 5 });
    expect(said(['b1', 5], ['b8', 7], ['b4', 8])).toEqual({ winner: 'b8', blocks: 7 });
  });

  it('is said of a winner that is none any more, too, and not once it is the winner again', () => {
    expect(said([null, 4], ['b1', 5])).toBeNull();
    expect(said(['b1', 5], [null, 6])).toEqual({ winner: 'b1', blocks: 5 });
    expect(said(['b1', 5], [null, 6], ['b8', 7])).toEqual({ winner: 'b1', blocks: 5 });
    expect(said(['b1', 5], [null, 6], ['b1', 7])).toBeNull();
  });

  it('is none where a person moved a slider, or looks at another run', () => {
    expect(said(['b1', 5], ['b8', 5, { terms: 'others' }])).toBeNull();
    expect(said(['b1', 5], ['b8', 5, { runId: 'b' }])).toBeNull();
    expect(said(['b1', 5], ['b8', 6], ['b8', 6, { terms: 'others' }])).toBeNull();
  });
});
