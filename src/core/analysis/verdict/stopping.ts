import { mayBeInUse } from '../../configuration/inUse';
import type { ConfigurationResult } from '../../values/result';
import { assess } from './judge';
import { lnEdgeOfTrials } from '../../values/edges';
import type { AnalysisTerms } from '../analysisTermsSchema';
import type { Alternative } from './alternative';
import { accuracyCounts, accuracyGain } from './pareto';
import { type BlockCosts, compare, withEdge } from '../../statistics/comparison';
import { intervalTail } from '../../statistics/confidence';
import { infeasible, type Settled } from './infeasible';
import { fewestBlocks, lookSchedule } from '../../statistics/sequential';
import { mean, meanInterval } from '../../statistics/statistics';

/** What the engine does after a block. */
export type NextStep = {
  action: 'continue' | 'stop';
  message: string;
  /** Configurations that need no more repeats: others use less energy and are not slower, or they surely break the service level. */
  settle: Settled[];
};

/**
 * Looks at the blocks so far. Stops once the interval of J/image of every configuration still
 * measured is within ± intervalPercent and the verdict is reached, or at the maximum. Where blocks were added to a run that
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
  if (!lookSchedule(repeats.min, last).includes(blocks)) return go('not yet time to look');

  const { ends, open, settle } = look(results, terms, progress.settled);
  // None is given up of blocks that are wanted although the question is answered.
  if (addedBlocks?.untilVerdict === false) return go('the blocks that were added are all wanted');
  if (ends === null) return go(open, settle);
  return { action: 'stop', message: `after ${blocks} blocks ${ends}`, settle: [] };
}

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
  // By scatter alone: what the edges of windows leave open no repeat makes smaller.
  const wide = measuring.filter((r) => {
    const joules = meanInterval(
      r.trials.map((t) => t.joulesPerUnit),
      intervalTail(repeats),
    );
    if (joules.low === null || joules.high === null) return true;
    return (joules.high - joules.low) / 2 > (repeats.intervalPercent / 100) * Math.abs(joules.mean);
  });
  const isDecided =
    decision.kind !== 'unresolved' || (decision.openBecause === 'nothing-to-compare' && results.length > 0);
  const broken = infeasible(assessment.alternatives, terms, settled);
  const out = [...settled, ...broken.map(({ id }) => id)];
  const isOut = decision.kind === 'infeasible' && measuring.every(({ id }) => out.includes(id));
  const reached = `every interval is within ± ${repeats.intervalPercent} % and the verdict is reached`;
  const tooWide = `${wide.length} of ${measuring.length} intervals are wider than ± ${repeats.intervalPercent} %`;
  return {
    ends: isOut ? 'no configuration keeps the service level' : isDecided && wide.length === 0 ? reached : null,
    open: isDecided ? tooWide : 'the verdict is open',
    settle: [...broken, ...dominated(assessment, terms, out, accuracyCounts(results, terms))],
  };
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
  const worse = new Set(decision.comparisons.filter((c) => c.relation === 'worse').map((c) => c.id));
  const contenders = alternatives.filter((e) => ranking.costs.has(e.result.id) && !worse.has(e.result.id));
  const margin = terms.measure.equivalencePercent;
  const isWorse = (a: BlockCosts, b: BlockCosts) => compare('', a, b, tails, margin).relation === 'worse';
  const list: NextStep['settle'] = [];
  for (const alternative of alternatives) {
    const { id, trials } = alternative.result;
    if (settled.includes(id) || mayBeInUse(alternative.result, terms.current) || trials.length < fewestBlocks) continue;
    const costs = ranking.costs.get(id);
    // Outside the service level it has no cost to compare, but energy and speed still tell.
    if (costs && !contenders.every((c) => c !== alternative && isWorse(costs, ranking.costs.get(c.result.id)!)))
      continue;
    const better = contenders.find(
      (c) =>
        c !== alternative &&
        isWorse(lnJoulesPerUnit(alternative), lnJoulesPerUnit(c)) &&
        isNoBetterThan(alternative, c, counts),
    );
    if (better)
      list.push({ id, reason: 'dominated', message: `${better.result.id} takes surely less energy and is not slower` });
  }
  return list;
}

function lnJoulesPerUnit({ result: { trials } }: Alternative): BlockCosts {
  return withEdge(new Map(trials.map((t) => [t.block, Math.log(t.joulesPerUnit)])), lnEdgeOfTrials(trials));
}

/** An accuracy that nobody knows may be the better one: then it is measured on. */
function isNoBetterThan(one: Alternative, other: Alternative, counts: boolean): boolean {
  const batchTime = (e: Alternative) => mean(e.result.trials.map((t) => mean(t.batchMs)));
  const accuracy = accuracyGain(other.result, one.result, counts);
  return batchTime(other) <= batchTime(one) && accuracy !== null && accuracy >= 0;
}
