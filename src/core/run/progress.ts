import { configurationLabels } from '../configuration/label';
import type { Run, Trial } from './fold';
import { estimateSeconds, heatSecondsFor, restsSeconds } from './duration';

/** How far a run is, for one line. */
export type Progress = {
  doing: string;
  /** Repeats done and the fewest that the run will have; of blocks that were added, those of them alone. */
  done: number;
  least: number;
  /** Seconds that the blocks which always run, or those that were added, will still take; null before anything is known. */
  secondsLeft: number | null;
  /** Whether more blocks run than always do, because the intervals are still too wide. */
  beyondLeast: boolean;
  /** Whether it may end sooner than that, because blocks were added until there is a verdict: then `least` is the most. */
  mayEndSooner: boolean;
};

/** @param nowMs wall clock, milliseconds since 1970 */
export function progressOf(run: Run, nowMs: number): Progress {
  const active = run.configurations.filter((c) => !run.skipped.has(c.id));
  const { min } = run.spec.measure.repeats;
  const added = run.addedBlocks.at(-1);
  const from = added?.afterBlock ?? 0;
  const finished = run.trials.filter((t) => t.state === 'finished');
  const done = finished.filter((t) => !t.reference && t.block > from).length;
  const current = run.trials.at(-1)?.state === 'running' ? run.trials.at(-1) : undefined;
  const seconds = finished.map((t) => ((t.finished?.at ?? t.startedAt) - t.startedAt) / 1000);
  const trialSeconds = seconds.length
    ? seconds.reduce((sum, s) => sum + s, 0) / seconds.length
    : estimateSeconds(run.spec, active).leastSeconds / Math.max(1, min * active.length);
  const last = added?.upToBlock ?? Math.max(min, current?.block ?? 0, run.blocksFinished);
  const measured = active.filter((c) => !run.settled.has(c.id)).map((c) => c.id);
  const missing = measured.length * (last - from) - countable(run, measured, { from, last });
  const elapsed = current ? (nowMs - current.startedAt) / 1000 : 0;
  const begun = Math.max(from, ...run.trials.filter((t) => !t.reference).map((t) => t.block));
  return {
    doing: current
      ? `${placeOf(current, added)} · ${configurationLabels(run.configurations).get(current.configuration) ?? current.configuration}${current.phase === 'warmup' ? ' (warm-up)' : ''}`
      : (run.step?.step ?? 'starting'),
    done,
    least: added ? done + Math.max(0, missing) : active.length * min,
    secondsLeft:
      Math.max(0, Math.max(0, missing) * trialSeconds - Math.min(elapsed, trialSeconds)) +
      restsSeconds(run.spec.measure, begun, added?.upToBlock, heatSecondsHere(run)),
    beyondLeast: !added && last > min,
    mayEndSooner: added?.untilVerdict ?? false,
  };
}

/** What the machine asks for by the limits that the session found. */
function heatSecondsHere({ sessions }: Run): number {
  const seconds = sessions.at(-1)?.start.environment.raplLimitWindowSeconds;
  return heatSecondsFor(typeof seconds === 'number' ? seconds : null);
}

function placeOf({ reference, block }: Trial, added: Run['addedBlocks'][number] | undefined): string {
  if (reference) return 'drift check';
  return added ? `block ${block} of ${added.untilVerdict ? 'at most ' : ''}${added.upToBlock}` : `block ${block}`;
}

/** Repeats of configurations within the blocks after `from`, up to `last`, that are done with, well or badly. */
function countable(run: Run, ids: string[], { from, last }: { from: number; last: number }): number {
  const keys = run.trials
    .filter(
      (t) => !t.reference && t.block > from && t.block <= last && (t.state === 'finished' || t.state === 'failed'),
    )
    .filter((t) => ids.includes(t.configuration))
    .map((t) => `${t.configuration} ${t.block}`);
  return new Set(keys).size;
}
