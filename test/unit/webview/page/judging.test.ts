import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ChosenTerms } from '../../../../src/core/panel/protocol/chosenTerms';
import { createJudging } from '../../../../webview/page/judging';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const weight = (energy: number): ChosenTerms => ({ preferences: { energy, latency: 0, accuracy: 0 }, sla: undefined });
function bench() {
  const asked: [number, ChosenTerms | null][] = [];
  const busy: boolean[] = [];
  const judging = createJudging(
    (id, terms) => asked.push([id, terms]),
    (isBusy) => busy.push(isBusy),
  );
  return { judging, asked, busy };
}

it('has one question under way, and of what is wanted meanwhile asks the newest', () => {
  const { judging, asked } = bench();
  judging.want(null);
  for (const energy of [1, 2, 3]) judging.want(weight(energy));
  expect(asked).toEqual([[1, null]]);
  expect(judging.answered(1)).toBeNull();
  expect(asked).toEqual([
    [1, null],
    [2, weight(3)],
  ]);
  expect(judging.answered(2)).toEqual(weight(3));
  expect(asked).toHaveLength(2);
});

it('takes no answer that it does not wait for', () => {
  const { judging, asked } = bench();
  expect(judging.answered(1)).toBeUndefined();
  judging.want(weight(1));
  judging.want(weight(2));
  judging.anew();
  judging.want(weight(3));
  expect(asked.map(([id]) => id)).toEqual([1, 2]);
  expect(judging.answered(1)).toBeUndefined();
  expect(judging.answered(2)).toEqual(weight(3));
});

it('is busy once an answer takes longer than 300 ms, until nothing is waited for', () => {
  const { judging, busy } = bench();
  judging.want(null);
  vi.advanceTimersByTime(299);
  judging.answered(1);
  vi.advanceTimersByTime(1000);
  expect(busy).toEqual([]);
  judging.want(weight(1));
  vi.advanceTimersByTime(299);
  judging.want(weight(2));
  expect(busy).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(busy).toEqual([true]);
  judging.answered(2);
  expect(busy).toEqual([true]);
  judging.answered(3);
  expect(busy).toEqual([true, false]);
  judging.want(null);
  vi.advanceTimersByTime(300);
  judging.anew();
  expect(busy).toEqual([true, false, true, false]);
});
