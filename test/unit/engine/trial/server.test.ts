import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TrialMessage, Word } from '../../../../src/engine/trial/protocol';
import { monotonicMs } from '../../../../src/machine/clock';
import type { Work } from '../../../../src/workloads/workload';

const said: TrialMessage[] = [];
vi.mock(import('../../../../src/engine/trial/protocol'), async (original) => ({
  ...(await original()),
  say: (message) => void said.push(message),
}));
const { serveRequests } = await import('../../../../src/engine/trial/server');

let tell: (word: Word) => void;
beforeEach(() => {
  said.length = 0;
  vi.spyOn(process, 'on').mockImplementation(((event: string, listener: typeof tell) => {
    if (event === 'message') tell = listener;
    return process;
  }) as typeof process.on);
});
afterEach(() => vi.restoreAllMocks());

const heard = async (type: TrialMessage['type'], times = 1) => {
  while (said.filter((message) => message.type === type).length < times)
    await new Promise((done) => setTimeout(done, 1));
};

const ran: number[] = [];
/** Fills batches up to four. */
const work: Work = {
  async step(watch) {
    watch.ran(1, true);
    return 4;
  },
  async serve(units) {
    ran.push(units);
    return 4;
  },
};
const start = (opened: Work = work) =>
  serveRequests({ kind: 'server', workload: 'x', told: {}, mostBatchTimes: 100 }, () => Promise.resolve(opened), {
    standstills: { longestMs: () => 300, ownCpuMs: () => null },
    alive: () => undefined,
  });

it('warms up, answers as many at once as it is told, and tells what it did in the window', async () => {
  const ended = start();
  await heard('warm');
  tell({ type: 'serve', units: 3 });
  await heard('served');
  const fromMs = monotonicMs();
  tell({ type: 'window', fromMs });
  for (const [i, units] of [1, 2].entries()) {
    tell({ type: 'serve', units });
    await heard('served', 2 + i);
  }
  const toMs = monotonicMs();
  tell({ type: 'count', fromMs, toMs });
  tell({ type: 'serve', units: 4 });
  await heard('served', 4);
  tell({ type: 'finish' });
  await ended;
  expect(said.map((m) => m.type)).toEqual([
    ...['loaded', 'warm', 'served', 'served', 'served', 'served', 'share', 'finished'],
  ]);
  // One alone besides those that were told, so that its size has run.
  expect(ran).toEqual([1, 3, 1, 2, 4]);
  expect(said.find((m) => m.type === 'share')).toMatchObject({ work: 3, batches: 2, stoodStillMs: 300 });
  expect(said.find((m) => m.type === 'served')).toMatchObject({ units: 4 });
  expect(said.at(-1)).toMatchObject({ warmupBatches: 2, steady: true });
});

it('is refused by work that answers no requests', async () => {
  await expect(start({ step: work.step })).rejects.toThrow('the workload x answers no requests');
});
