import { mayBeInUse } from '../../configuration/inUse';
import type { ConfigurationResult } from '../../values/result';
import { assess } from './judge';
import type { AnalysisTerms } from '../analysisTermsSchema';
import type { Alternative } from './alternative';
import { trialsLeft } from './searchStep';
import { energyAgainst, underFullLoad } from './saving';
import { accuracyCounts, accuracyGain } from './pareto';
import type { AdditiveModel } from '../../statistics/additiveModel';
import { asPercent, differenceInterval, isAbove } from '../../statistics/comparison';
import { intervalTail } from '../../statistics/confidence';
import { infeasible, type Settled } from './infeasible';
import { fewestBlocks, lookSchedule } from '../../statistics/sequential';
import { mean, meanInterval } from '../../statistics/statistics';
import { describeGiven } from '../../statistics/wording';

/** What the engine does after a block. */
export type NextStep = {
  action: 'continue' | 'stop';
  message: string;
  /** Configurations that need no more repeats: others use less energy and are not slower, or they surely break the service level. */
  settle: Settled[];
};

/**
 * Looks at the blocks so far. Stops once the verdict is reached, with the interval of its saving (of a single configuration, of its energy)
 * within ± intervalPercent, or at the maximum. Where blocks were added to a run that
 * had ended, their last one stands for the maximum; where it had ended because all this was so, they are all measured.
 *
 * @param progress finished blocks, and the ids that are measured no more
 */
export function decideNext(
  results: readonly ConfigurationResult[],
  terms: AnalysisTerms,
  progress: { blocksFinished: number; settled: readonly string[] },
): NextStep {
  const { addedBlocks } = terms;
  const { repeats } = terms.measure;
  const last = addedBlocks?.upToBlock ?? repeats.max;
  const blocks = progress.blocksFinished;
  const go = (message: string, settle: NextStep['settle'] = []): NextStep => ({
    action: 'continue',
    message,
    settle,
  });
  if (blocks >= last) {
    const message = addedBlocks
      ? `the blocks that were added are measured, ${last} in all`
      : `the maximum of ${repeats.max} blocks is reached`;
    return { action: 'stop', message, settle: [] };
  }
  const left = trialsLeft(results, terms);
  const spent = left !== null && left < 2 ? spentStep(terms) : null;
  if (!lookSchedule(repeats, last).includes(blocks)) return spent ?? go('not yet time to look');

  const { ends, open, settle } = look(results, terms, progress.settled);
  // None is given up of blocks that are wanted although the question is answered.
  if (addedBlocks?.untilVerdict === false) return spent ?? go('the blocks that were added are all wanted');
  if (ends === null) return spent ?? go(open, settle);
  return { action: 'stop', message: `after ${blocks} blocks ${ends}`, settle: [] };
}

/** A single trial more would be compared with nothing. */
const spentStep = ({ search }: AnalysisTerms): NextStep => ({
  action: 'stop',
  message: `the trials that the search may take are spent (search.maxTrialsPercent: ${search!.maxTrialsPercent})`,
  settle: [],
});

/** Whether the run would end here by its verdict and its intervals: blocks that are added to it then are wanted for themselves. */
export function isSatisfied(
  results: readonly ConfigurationResult[],
  terms: AnalysisTerms,
  settled: readonly string[],
): boolean {
  return look(results, terms, settled).ends !== null;
}

/** What the stopping rule sees. `ends`: why the run would end here, null where it would not; then `open`: what is missing. */
function look(results: readonly ConfigurationResult[], terms: AnalysisTerms, settled: readonly string[]) {
  const { repeats } = terms.measure;
  // More blocks never tell an accuracy, so no look waits for one.
  const assessment = assess(results, terms, 'passes');
  const { decision } = assessment;
  const measuring = results.filter((r) => r.trials.length > 0 && !settled.includes(r.id));
  const broken = infeasible(assessment.alternatives, terms, settled);
  const out = [...settled, ...broken.map(({ id }) => id)];
  const settle = [...broken, ...dominated(assessment, terms, out, accuracyCounts(results, terms))];
  const reachedAlone = decision.openBecause === 'nothing-to-compare' && results.length > 0;
  if (decision.kind === 'unresolved' && !reachedAlone) return { ends: null, open: 'the verdict is open', settle };
  if (decision.kind === 'infeasible') {
    // What a verdict says at its one look is not enough to give up at any of several: each has to break the limit surely. No block tells an accuracy.
    const isInaccurate = (id: string) =>
      decision.feasibility.some((f) => f.id === id && f.breaks.some((b) => b.constraint === 'minAccuracy'));
    const isSure = measuring.every(({ id }) => isInaccurate(id) || broken.some((one) => one.id === id));
    const none = 'no configuration keeps the service level';
    return { ends: isSure ? none : null, open: `${none} so far, but that is not sure of every one`, settle };
  }
  const wide = reachedAlone ? widthAlone(measuring, repeats) : savingWidth(assessment);
  if (wide === null) return { ends: 'the verdict is reached', open: '', settle };
  const within = `± ${describeGiven(wide.limit)} %`;
  return {
    ends: wide.percent <= wide.limit ? `the verdict is reached and ${wide.of} is within ${within}` : null,
    open: `the verdict is reached, but ${wide.of} is wider than ${within}`,
    settle,
  };
}

/** Half of an interval, and what it may be. */
type Width = { percent: number; limit: number; of: string };

/** Of a single configuration nothing is decided: its energy is what is asked for. By scatter alone: what the edges of windows leave open no repeat makes smaller. */
function widthAlone(measuring: readonly ConfigurationResult[], repeats: AnalysisTerms['measure']['repeats']): Width {
  const halves = measuring.map(({ trials }) => {
    const {
      mean: centre,
      low,
      high,
    } = meanInterval(
      trials.map((t) => t.joulesPerUnit),
      intervalTail(repeats, true),
    );
    return low === null || high === null ? Number.POSITIVE_INFINITY : (50 * (high - low)) / Math.abs(centre);
  });
  return { percent: Math.max(...halves), limit: repeats.intervalPercent, of: 'its interval' };
}

/** A large saving is known well enough to a fifth of itself. */
const largeSaving = 0.2;

/** Half of the saving's interval, in percentage points; null where no saving is stated. What the edges of windows leave open is left out of it. */
function savingWidth({ alternatives, decision, ranking, tails, terms }: ReturnType<typeof assess>): Width | null {
  const { winner, inUse } = decision;
  const [to, from] = [winner, inUse].map((id) =>
    alternatives.find((e) => e.result.id === id && e.result.trials.length > 0),
  );
  if (!to || !from || to === from) return null;
  const { d } = energyAgainst(to, from, alternatives, ranking, terms);
  const interval = differenceInterval({ ...d, edge: 0 }, tails(d.n).saving);
  if (!interval) return null;
  const percent = (asPercent(interval.high) - asPercent(interval.low)) / 2;
  const limit = Math.max(terms.measure.repeats.intervalPercent, Math.abs(asPercent(d.mean)) * largeSaving);
  return { percent, limit: Number(limit.toPrecision(2)), of: 'the interval of the saving' };
}

/**
 * Configurations that cost surely more than every contender, of which one also takes less energy per
 * image, is not slower per batch and not less accurate: no weights could make them the choice. The
 * one in use today (every one that may be it) is always measured to the end, for the saving is stated against it.
 */
function dominated(
  { alternatives, decision, ranking, tails }: ReturnType<typeof assess>,
  terms: AnalysisTerms,
  settled: readonly string[],
  counts: boolean,
): NextStep['settle'] {
  if (decision.reference === null) return [];
  const { costs, candidates: ids } = ranking;
  // As surely as a verdict beside tied ones asks for, so that who is measured no further is told for good.
  const isWorse = (model: AdditiveModel, one: string, other: string) => {
    const d = model.difference(one, other);
    return isAbove(d, tails(d.n).worse);
  };
  const { reference } = decision;
  const contenders = alternatives.filter(
    ({ result: { id } }) => ids.includes(id) && (id === reference || !isWorse(costs, id, reference)),
  );
  const full = underFullLoad(alternatives, ranking, terms).energies;
  const list: NextStep['settle'] = [];
  for (const alternative of alternatives) {
    const { id, trials } = alternative.result;
    if (settled.includes(id) || mayBeInUse(alternative.result, terms.current) || trials.length < fewestBlocks) continue;
    // Outside the service level it has no cost to compare, but energy and speed still tell.
    const isOutside = !ids.includes(id);
    if (!isOutside && !contenders.every((c) => c !== alternative && isWorse(costs, id, c.result.id))) continue;
    const better = contenders.find(
      (c) => c !== alternative && isWorse(full, id, c.result.id) && isNoBetterThan(alternative, c, counts),
    );
    if (better)
      list.push({ id, reason: 'dominated', message: `${better.result.id} takes surely less energy and is not slower` });
    else if (terms.search && !isOutside)
      list.push({ id, reason: 'beaten', message: `${contenders[0]!.result.id} surely costs less` });
  }
  return list;
}

/** An accuracy that nobody knows may be the better one: then it is measured on. */
function isNoBetterThan(one: Alternative, other: Alternative, counts: boolean): boolean {
  const batchTime = (e: Alternative) => mean(e.result.trials.map((t) => mean(t.batchMs)));
  const accuracy = accuracyGain(other.result, one.result, counts);
  return batchTime(other) <= batchTime(one) && accuracy !== null && accuracy >= 0;
}
