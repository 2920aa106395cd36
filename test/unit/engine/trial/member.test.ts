import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TrialMessage, Word } from '../../../../src/engine/trial/protocol';
import { monotonicMs } from '../../../../src/machine/clock';
import type { StepWatch, Work } from '../../../../src/workloads/workload';
import { evaluated } from '../../../support/fakeSession';

const said: TrialMessage[] = [];
vi.mock(import('../../../../src/engine/trial/protocol'), async (original) => ({
  ...(await original()),
  say: (message) => void said.push(message),
}));
const { workTogether } = await import('../../../../src/engine/trial/member');

/** What the engine says comes by this, as from the channel of a process. */
let tell: (word: Word) => void;
beforeEach(() => {
  said.length = 0;
  steps.length = 0;
  vi.spyOn(process, 'on').mockImplementation(((event: string, listener: typeof tell) => {
    if (event === 'message') tell = listener;
    return process;
  }) as typeof process.on);
});
afterEach(() => vi.restoreAllMocks());

const after = (ms: number) => new Promise((done) => setTimeout(done, ms));
const heard = async (type: TrialMessage['type'], times = 1) => {
  while (said.filter((message) => message.type === type).length < times) await after(1);
  return said.findLast((message) => message.type === type)!;
};
const share = async (times: number) => (await heard('share', times)) as Extract<TrialMessage, { type: 'share' }>;

/** Steps of 20 ms and more, each of two batches of which the second is cut short; and when they were. */
const stepMs = 20;
const steps: { startMs: number; endMs: number }[] = [];
const slow: Work = {
  async step(watch: StepWatch) {
    const startMs = monotonicMs();
    await after(stepMs);
    watch.ran(stepMs, true);
    watch.ran(1, false);
    const { type: _, ...found } = evaluated(0.5) as Extract<TrialMessage, { type: 'accuracy' }>;
    watch.foundAccuracy(() => found);
    steps.push({ startMs, endMs: monotonicMs() });
    return 3;
  },
};
/** Work of the steps in a window by their times. */
const workIn = (fromMs: number, toMs: number) =>
  steps.reduce((sum, { startMs, endMs }) => {
    const inside = Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs));
    return sum + (3 * inside) / (endMs - startMs);
  }, 0);
const start = (open: () => Promise<Work> = () => Promise.resolve(slow), alive = vi.fn()) => ({
  alive,
  ended: workTogether({ kind: 'member', workload: 'x', told: {}, warmupSeconds: 0, mostBatchTimes: 100 }, open, {
    standstills: { longestMs: () => 0, ownCpuMs: () => null },
    alive,
  }),
});

it('loads, warms up, works and ends by the word of the engine', async () => {
  const { ended } = start();
  await heard('loaded');
  await after(3 * stepMs);
  expect(said.map((m) => m.type)).toEqual(['loaded']);
  tell({ type: 'warm-up' });
  await heard('warm');
  for (const window of [1, 2]) {
    const fromMs = monotonicMs();
    tell({ type: 'window', fromMs });
    await heard('whole', window);
    // Not the one that was under way.
    expect(steps.at(-1)!.startMs).toBeGreaterThanOrEqual(fromMs);
    await after(2.5 * stepMs);
    const toMs = monotonicMs();
    tell({ type: 'count', fromMs, toMs });
    const { work, batchMs } = await share(window);
    // The step that the end cuts had ended before it was counted.
    expect(steps.at(-1)!.endMs).toBeGreaterThanOrEqual(toMs);
    expect(work / workIn(fromMs, toMs)).toBeCloseTo(1, 1);
    expect(batchMs.length).toBeGreaterThan(1);
    expect(new Set(batchMs)).toEqual(new Set([stepMs]));
  }
  tell({ type: 'finish' });
  await ended;
  const types = ['loaded', 'warm', 'whole', 'share', 'whole', 'share', 'accuracy', 'finished'];
  expect(said.map((m) => m.type)).toEqual(types);
  expect(said.at(-1)).toMatchObject({ warmupBatches: 2, steady: true });
});

it('gives signs of life while the others load', async () => {
  const { ended, alive } = start();
  await heard('loaded');
  await after(1300);
  expect(alive).toHaveBeenCalledTimes(1);
  tell({ type: 'warm-up' });
  await heard('warm');
  tell({ type: 'finish' });
  await ended;
  const calls = alive.mock.calls.length;
  await after(1300);
  expect(alive).toHaveBeenCalledTimes(calls);
});
