import { cpus } from 'node:os';
import { expect, it, vi } from 'vitest';
import { foldBands } from '../../../../src/core/panel/series/bands';
import { toPanelSchema } from '../../../../src/core/panel/protocol/messages';
import { createPowerHistory } from '../../../../src/core/panel/series/powerHistory';
import type { RunEvent } from '../../../../src/core/run/events';
import { applyEvent, foldRun } from '../../../../src/core/run/fold';
import type { LiveRun } from '../../../../src/extension/runs/liveRun';
import { createPanelRun } from '../../../../src/extension/panel/panelRun';
import type { RunStatus } from '../../../../src/runs/store/runFolder';
import { sweep, trialEvents } from '../../../support/runEvents';

// Whoever measures must not also analyse what the page analyses for itself.
vi.mock('../../../../src/core/analysis/verdict/judge', () => ({
  judge: () => {
    throw new Error('the host analysed');
  },
}));

const nothingKnown = { stale: null, judgedAnew: null, inUse: null };

function opened(events: RunEvent[], isRemote = true) {
  let taken: ReturnType<LiveRun['work']['taken']> = null;
  const run = foldRun(events);
  const bands = foldBands(events);
  let status: RunStatus = 'running';
  let host: string | null = null;
  const live = {
    folder: '/r',
    run: () => run,
    power: createPowerHistory(),
    bands,
    status: () => status,
    host: () => host,
    work: { taken: () => taken },
  };
  const panel = createPanelRun(live as unknown as LiveRun, isRemote);
  const apply = (...more: RunEvent[]) => {
    for (const event of more) {
      applyEvent(run, event);
      bands.apply(event);
    }
    panel.eventsArrived(more);
  };
  return {
    ...{ panel, apply, end: () => (status = 'stopped'), moveTo: (name: string) => (host = name) },
    took: (cpuSeconds: number, seconds: number) => (taken = { cpuSeconds, hostCpuSeconds: 2 * cpuSeconds, seconds }),
  };
}

it('makes a run that fits its schema, without any analysis', () => {
  const { panel } = opened(sweep());
  const run = panel.make(nothingKnown)!;
  expect(toPanelSchema.safeParse({ type: 'run', run }).error?.issues ?? []).toEqual([]);
  expect(run.results.map((r) => r.trials.length)).toEqual([5, 5, 5]);
});

it('keeps each part the same object until it is another one', () => {
  const { panel, apply, end, moveTo } = opened(sweep().slice(0, -1));
  const first = panel.make(nothingKnown)!;
  const sampled = panel.make(nothingKnown)!;
  for (const key of ['report', 'results', 'terms', 'bands'] as const) expect(sampled[key], key).toBe(first[key]);

  const [started, phase, window, finished] = trialEvents(90, 6, 'b1', 700);
  apply(started!, phase!, window!);
  const measuring = panel.make(nothingKnown)!;
  expect(measuring.results).toBe(first.results);
  expect(measuring.terms).toBe(first.terms);
  expect(measuring.bands.length).toBe(first.bands.length + 1);

  apply(finished!);
  const after = panel.make(nothingKnown)!;
  expect(after.results).not.toBe(first.results);
  expect(after.results[0]!.trials.length).toBe(6);

  moveTo('node-17');
  expect(panel.make(nothingKnown)!.report.run).toMatchObject({ status: 'running', host: 'node-17' });
  end();
  const stopped = panel.make(nothingKnown)!;
  expect(stopped.report.run.status).toBe('stopped');
  expect(stopped.results).toBe(after.results);
  panel.seriesRead();
  expect(panel.make(nothingKnown)!.results).not.toBe(after.results);
});

it.each([true, false])(
  'tells what it takes of this machine every ten seconds, and at the end; remote: %s',
  (isRemote) => {
    const { panel, took, end } = opened(sweep().slice(0, -1), isRemote);
    const costAt = (seconds: number) => panel.make(nothingKnown, 1e6 + 1000 * seconds)!.panelCost;
    expect(costAt(0)).toBeNull();
    took(0.5, 9);
    expect(costAt(10)).toBeNull();
    took(0.6, 20);
    const first = costAt(20)!;
    const percent = (value: number) => expect.closeTo(value / cpus().length) as number;
    expect(first).toEqual({
      ...{ cpuSeconds: 0.6, seconds: 20, cpuPercent: percent(3), hostCpuPercent: percent(6), isPageHere: !isRemote },
    });
    took(0.7, 25);
    // The page draws what has changed, and this would change with every message.
    expect(costAt(25)).toBe(first);
    expect(costAt(30)).toMatchObject({ cpuSeconds: 0.7 });
    took(0.8, 31);
    end();
    expect(costAt(31)).toMatchObject({ cpuSeconds: 0.8 });
  },
);
