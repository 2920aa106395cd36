import { configurationLabels } from '../configuration/label';
import type { Run } from './fold';
import { estimateSeconds, restsSeconds } from './plan';

/** How far a run is, for one line. */
export type Progress = {
  doing: string;
  /** Repeats done and the fewest that the run will have. */
  done: number;
  least: number;
  /** Seconds that the blocks which always run will still take; null before anything is known. */
  secondsLeft: number | null;
  /** Whether more blocks run than always do, because the intervals are still too wide. */
  beyondLeast: boolean;
};

/** @param nowMs wall clock, milliseconds since 1970 */
export function progressOf(run: Run, nowMs: number): Progress {
  const active = run.configurations.filter((c) => !run.skipped.has(c.id));
  const { min } = run.spec.measure.repeats;
  const finished = run.trials.filter((t) => t.state === 'finished');
  const done = finished.filter((t) => !t.reference).length;
  const current = run.trials.at(-1)?.state === 'running' ? run.trials.at(-1) : undefined;
  const seconds = finished.map((t) => ((t.finished?.at ?? t.startedAt) - t.startedAt) / 1000);
  const trialSeconds = seconds.length
    ? seconds.reduce((sum, s) => sum + s, 0) / seconds.length
    : estimateSeconds(run.spec, active).leastSeconds / Math.max(1, min * active.length);
  const block = Math.max(min, current?.block ?? 0, run.blocksFinished);
  const missing =
    active.filter((c) => !run.settled.has(c.id)).length * block -
    countable(
      run,
      active.map((c) => c.id),
      block,
    );
  const elapsed = current ? (nowMs - current.startedAt) / 1000 : 0;
  return {
    doing: current
      ? `${current.reference ? 'drift check' : `block ${current.block}`} · ${configurationLabels(run.configurations).get(current.configuration) ?? current.configuration}${current.phase === 'warmup' ? ' (warm-up)' : ''}`
      : (run.step?.step ?? 'starting'),
    done,
    least: active.length * min,
    secondsLeft:
      Math.max(0, Math.max(0, missing) * trialSeconds - Math.min(elapsed, trialSeconds)) +
      restsSeconds(run.spec.measure, Math.max(0, ...run.trials.filter((t) => !t.reference).map((t) => t.block))),
    beyondLeast: block > min,
  };
}

/** Repeats of unsettled configurations within the first blocks that are done with, well or badly. */
function countable(run: Run, ids: string[], blocks: number): number {
  const keys = run.trials
    .filter((t) => !t.reference && t.block <= blocks && (t.state === 'finished' || t.state === 'failed'))
    .filter((t) => ids.includes(t.configuration) && !run.settled.has(t.configuration))
    .map((t) => `${t.configuration} ${t.block}`);
  return new Set(keys).size;
}
