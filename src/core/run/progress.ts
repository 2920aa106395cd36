import { configurationLabels } from '../configuration/label';
import type { Configuration } from '../configuration/configuration';
import { mostTrials } from '../search/trialLimit';
import type { Run, Trial, TrialOfRequests } from './fold';
import { estimateSeconds, heatSecondsFor, restsSeconds } from './duration';
import { notReplayed, pacedOf } from './pacedPlan';
import { referenceConfiguration, referenceCount } from './plan';

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
  const active = activeIn(run);
  const { min } = run.spec.measure.repeats;
  const added = run.addedBlocks.at(-1);
  const from = added?.afterBlock ?? 0;
  const finished = run.trials.filter((t) => t.state === 'finished');
  const done = finished.filter((t) => !t.reference && t.block > from).length;
  const replaying = run.pacedTrials.at(-1)?.state === 'running' ? run.pacedTrials.at(-1) : undefined;
  const current = replaying ?? (run.trials.at(-1)?.state === 'running' ? run.trials.at(-1) : undefined);
  const estimated = finished.length > 0 ? null : estimateSeconds(run.spec, active).trialSeconds;
  /** As its own repeats took, else as all took, else as the experiment asks for. */
  const trialSeconds = (id: string) =>
    meanSeconds(finished.filter((t) => t.configuration === id)) ?? meanSeconds(finished) ?? estimated?.get(id) ?? 0;
  const last = added?.upToBlock ?? Math.max(min, current?.block ?? 0, run.blocksFinished);
  // A search follows up those of its newest block; before that one nobody knows which.
  const followed = run.searched.get(Math.max(...run.searched.keys()))?.configurations;
  const isFollowed = (id: string) => followed?.includes(id) ?? true;
  const measured = active.filter((c) => !run.settled.has(c.id) && isFollowed(c.id)).map((c) => c.id);
  const lacking = measured.map((id) => ({ id, blocks: last - from - countable(run, id, { from, last }) }));
  const wanted = lacking.reduce((sum, { blocks }) => sum + blocks, 0);
  const missing = Math.min(wanted, mostTrials(run.spec, active.length, last) - (added ? 0 : done));
  const share = wanted > 0 ? Math.max(0, missing) / wanted : 0;
  const repeatSeconds = share * lacking.reduce((sum, { id, blocks }) => sum + blocks * trialSeconds(id), 0);
  // Trials that show drift: as many as are planned of a run, and one at the end of blocks that were added.
  const drift = finished.filter((t) => t.reference && (!added || t.block > from)).length;
  const planned = added ? 1 : referenceCount(run.spec.measure.repeats, last);
  const reference = referenceConfiguration(run.spec, active);
  const driftSeconds = reference ? Math.max(0, planned - drift) * trialSeconds(reference.id) : 0;
  const elapsed = current ? (nowMs - current.startedAt) / 1000 : 0;
  const replay = replayLeft(run, active);
  const label =
    current && (configurationLabels(run.configurations).get(current.configuration) ?? current.configuration);
  const phase = current?.phase === 'warmup' ? ' (warm-up)' : '';
  const place = replaying ? replayPlace(run, replaying) : current && placeOf(current, added);
  return {
    doing: current ? `${place} · ${label}${phase}` : (run.step?.step ?? 'starting'),
    done: done + replay.done,
    least: replay.trials + (added || run.spec.search ? done + Math.max(0, missing) : active.length * min),
    secondsLeft:
      Math.max(
        0,
        repeatSeconds +
          driftSeconds -
          (current && !replaying ? Math.min(elapsed, trialSeconds(current.configuration)) : 0),
      ) +
      restsLeft(run, replay.blocks) +
      Math.max(0, replay.seconds - (replaying ? elapsed : 0)),
    beyondLeast: !added && last > min,
    mayEndSooner: added?.untilVerdict ?? false,
  };
}

/** Of a run, or of two that are measured in turns: what comes between their trials comes once. */
export function progressOfAll(runs: readonly Run[], nowMs: number): Progress {
  const all = runs.map((run) => progressOf(run, nowMs));
  const [first] = all;
  if (all.length === 1) return first!;
  const busy = runs.findIndex((run) =>
    [run.trials, run.pacedTrials].some((trials) => trials.at(-1)?.state === 'running'),
  );
  const side = busy < 0 ? '' : `${['A', 'B'][busy]} · `;
  const once = runs.slice(1).reduce((sum, run) => sum + restsLeft(run, replayLeft(run, activeIn(run)).blocks), 0);
  const sum = (of: (progress: Progress) => number) => all.reduce((total, progress) => total + of(progress), 0);
  return {
    doing: `${side}${all[Math.max(0, busy)]!.doing}`,
    ...{ done: sum(({ done }) => done), least: sum(({ least }) => least) },
    secondsLeft: Math.max(0, sum(({ secondsLeft }) => secondsLeft ?? 0) - once),
    beyondLeast: all.some(({ beyondLeast }) => beyondLeast),
    mayEndSooner: all.some(({ mayEndSooner }) => mayEndSooner),
  };
}

const activeIn = (run: Run) => run.configurations.filter((c) => !run.skipped.has(c.id));

/** Rests, idle baselines and loads before the blocks that have not begun, with those of replayed requests, seconds. */
function restsLeft(run: Run, pacedBlocks: number): number {
  const { measure } = run.spec;
  const added = run.addedBlocks.at(-1);
  const begun = Math.max(added?.afterBlock ?? 0, ...run.trials.filter((t) => !t.reference).map((t) => t.block));
  const pacedBegun = Math.max(0, ...run.pacedTrials.map(({ paced }) => paced.block));
  const last = (added?.upToBlock ?? measure.repeats.min) + pacedBlocks;
  return restsSeconds(measure, begun + pacedBegun, last, heatSecondsHere(run));
}

/** Trials of requests: planned and done with, how long the rest takes, and the blocks of all. */
function replayLeft(run: Run, active: readonly Configuration[]) {
  const { measure } = run.spec;
  const serves = run.workload.serves ?? false;
  // Most runs replay nothing, and progress is asked for several times a second.
  if (pacedOf(run.spec) === 'none' || notReplayed(run.spec, serves) !== null)
    return { trials: 0, done: 0, seconds: 0, blocks: 0 };
  const { parts, pacedConfigurations } = estimateSeconds(run.spec, active, { serves });
  const planned = parts(measure.repeats.min).pacedSeconds;
  const blocks = planned === 0 ? 0 : measure.paced.blocks;
  const last = run.pacedTrials.at(-1);
  // Who is replayed to is known once it has begun.
  const configurations = last ? new Set(run.pacedTrials.map((t) => t.configuration)).size : pacedConfigurations;
  const trials = configurations * blocks;
  const done = run.pacedTrials.filter((t) => t.state === 'finished' || t.state === 'failed');
  const each = meanSeconds(done.filter((t) => t.finished)) ?? planned / Math.max(1, pacedConfigurations * blocks);
  const left = Math.max(0, trials - done.length);
  return { trials, done: Math.min(trials, done.length), seconds: left * each, blocks };
}

function replayPlace({ spec }: Run, { paced }: TrialOfRequests): string {
  return `replaying requests, block ${paced.block} of ${Math.max(paced.block, spec.measure.paced.blocks)}`;
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

/** null: none of them has ended. */
function meanSeconds(trials: readonly Trial[]): number | null {
  const seconds = trials.map((t) => ((t.finished?.at ?? t.startedAt) - t.startedAt) / 1000);
  return seconds.length > 0 ? seconds.reduce((sum, s) => sum + s, 0) / seconds.length : null;
}

/** Repeats of a configuration within the blocks after `from`, up to `last`, that are done with, well or badly. */
function countable(run: Run, id: string, { from, last }: { from: number; last: number }): number {
  const keys = run.trials
    .filter(
      (t) => !t.reference && t.block > from && t.block <= last && (t.state === 'finished' || t.state === 'failed'),
    )
    .filter((t) => t.configuration === id)
    .map((t) => t.block);
  return new Set(keys).size;
}
