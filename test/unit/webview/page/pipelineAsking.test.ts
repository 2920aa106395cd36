import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AskedOfPipeline } from '../../../../src/core/panel/protocol/pipelineMessages';
import { createPipelineAsking } from '../../../../webview/page/pipelineAsking';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const load = (load: number): AskedOfPipeline => ({
  ...{ weights: { alpha: 1, beta: 0, gamma: 0, delta: 0 }, slaSeconds: 1, load },
  axes: ['cores', 'accuracy'],
});
function bench() {
  const asked: [number, number][] = [];
  const busy: boolean[] = [];
  const asking = createPipelineAsking(
    (id, what) => asked.push([id, what.load]),
    (isBusy) => busy.push(isBusy),
  );
  return { asking, asked, busy };
}

it('asks at once, and shows no answer that is older than the one that is shown', () => {
  const { asking, asked } = bench();
  for (const rate of [1, 2, 3]) asking.ask(load(rate));
  expect(asked).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  expect(asking.answered(1)).toBe(true);
  expect(asking.answered(3)).toBe(true);
  expect(asking.answered(2)).toBe(false);
  expect(asking.answered(4)).toBe(false);
  expect(asking.answered(null)).toBe(true);
});

it('is busy once the newest answer takes longer than 300 ms, whatever older ones come meanwhile', () => {
  const { asking, busy } = bench();
  asking.ask(load(1));
  vi.advanceTimersByTime(299);
  asking.answered(1);
  vi.advanceTimersByTime(1000);
  expect(busy).toEqual([]);
  asking.ask(load(2));
  asking.ask(load(3));
  vi.advanceTimersByTime(299);
  asking.answered(2);
  expect(busy).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(busy).toEqual([true]);
  asking.answered(3);
  expect(busy).toEqual([true, false]);
});

it('waits for nothing once the host has begun anew, until it is asked again', () => {
  const { asking, busy } = bench();
  asking.ask(load(1));
  vi.advanceTimersByTime(300);
  expect(asking.answered(null)).toBe(true);
  expect(busy).toEqual([true, false]);
  asking.ask(load(1));
  vi.advanceTimersByTime(300);
  // The host had kept the first question.
  expect(asking.answered(1)).toBe(true);
  expect(busy).toEqual([true, false, true]);
  expect(asking.answered(2)).toBe(true);
  expect(busy).toEqual([true, false, true, false]);
});

it('waits for what the host makes by itself, and for nothing after a problem', () => {
  const { asking, busy } = bench();
  asking.begun();
  vi.advanceTimersByTime(300);
  asking.answered(null);
  expect(busy).toEqual([true, false]);
  asking.ask(load(1));
  vi.advanceTimersByTime(300);
  asking.failed();
  vi.advanceTimersByTime(1000);
  expect(busy).toEqual([true, false, true, false]);
  asking.begun();
  asking.answered(null);
  vi.advanceTimersByTime(1000);
  expect(busy).toHaveLength(4);
});
