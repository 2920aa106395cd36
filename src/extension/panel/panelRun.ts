import { cpus } from 'node:os';
import type { PanelCost, PanelProgress, PanelRun } from '../../core/panel/protocol/messages';
import type { RunEvent } from '../../core/run/events';
import { progressOf } from '../../core/run/progress';
import { factsOf, modelAccuracies, termsUnder } from '../../core/report/report';
import { configurationResults } from '../../core/values/trialValue';
import { otherProcessor, processorOf } from '../../machine/processor';
import { isActive } from '../../runs/store/runFolder';
import type { ExperimentNow } from './experimentNow';
import type { LiveRun } from '../runs/liveRun';
import type { Taken } from '../runs/ownWork';

/** Events by which a value of a trial, or what it is judged by, can become another one. */
const valueEvents = new Set<RunEvent['type']>([
  'session.started',
  'blocks.added',
  'source.opened',
  'idle.measured',
  'accuracy.measured',
  'accuracy.unknown',
  'configuration.skipped',
  'search.decided',
  'machine.looked',
  'warning',
  'trial.finished',
  'trial.failed',
  'session.ended',
]);

/** Its own cost changes with all it does, and is told so often. */
const costEveryMs = 10_000;

/**
 * Makes what the page shows of a run, but for its power series. Nothing is analysed here: that is done when the page asks
 * (`judging/`). A part that has not changed is the same object as before.
 */
export function createPanelRun(live: LiveRun, isRemote: boolean) {
  let values: Pick<PanelRun, 'results' | 'terms'> | null = null;
  let told: (Pick<PanelRun, 'report' | 'bands' | 'isMeasuredHere'> & { status: string }) | null = null;
  let cost: { told: PanelCost | null; status: string; atMs: number } | null = null;
  const cpuCount = cpus().length;
  const here = processorOf();
  const costOf = ({ cpuSeconds, hostCpuSeconds, seconds }: Taken): PanelCost => ({
    ...{ cpuSeconds, seconds, isPageHere: !isRemote },
    cpuPercent: (100 * cpuSeconds) / (seconds * cpuCount),
    hostCpuPercent: (100 * hostCpuSeconds) / (seconds * cpuCount),
  });
  const panelCost = (status: string, nowMs: number): PanelCost | null => {
    if (cost === null || cost.status !== status || nowMs - cost.atMs >= costEveryMs) {
      const taken = live.work.taken();
      // Of the first seconds it says little: then all that there was is read.
      const isKnown = taken !== null && taken.seconds >= costEveryMs / 1000;
      const told = isKnown ? costOf(taken) : null;
      cost = { told, status, atMs: nowMs };
    }
    return cost.told;
  };
  return {
    eventsArrived(events: readonly RunEvent[]) {
      told = null;
      if (events.some((event) => valueEvents.has(event.type))) values = null;
    },
    /** More of the power series was read than when the values were made: a gap may have been closed. */
    seriesRead() {
      told = null;
      values = null;
    },
    accuracies() {
      const run = live.run();
      return run ? modelAccuracies(run) : [];
    },
    make(experiment: ExperimentNow, nowMs = Date.now()): PanelRun | null {
      const run = live.run();
      if (!run) return null;
      const { samples } = live.power;
      const [status, host] = [live.status(), live.host()];
      if (told?.status !== status || told.report.run.host !== host) {
        const report = factsOf(run, samples, { folder: live.folder, status, host });
        told = {
          report,
          isMeasuredHere: otherProcessor(report.run.environment, here) === null,
          bands: [...live.bands.list],
          status,
        };
      }
      const { report, bands, isMeasuredHere } = told;
      values ??= { results: configurationResults(run, samples), terms: termsUnder(run, report) };
      return {
        report,
        ...values,
        bands,
        progress: panelProgress(live, nowMs),
        ...experiment,
        isMeasuredHere,
        panelCost: panelCost(status, nowMs),
      };
    },
  };
}

function panelProgress(live: LiveRun, nowMs: number): PanelProgress | null {
  const run = live.run();
  if (!run || !isActive(live.status())) return null;
  const { doing, done, least, mayEndSooner, secondsLeft } = progressOf(run, nowMs);
  return { doing, done, least, mayEndSooner, secondsLeft, joulesSoFar: live.power.joulesSoFar() };
}
