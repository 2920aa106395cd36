import { unitOf } from '../../metrics/metricValue';
import type { Replayed } from './pacedSchema';
import { measuredSaving } from './pacedSentence';
import { joulesPer } from '../../words/unitOfWork';
import type { ConfigurationSummary } from '../../metrics/summarySchema';
import type { Interval } from '../../statistics/interval';
import { describeNumber, roundOutward } from '../../words/units';
import { fewestBlocks } from '../../statistics/sequential';
import { basisText } from '../../energy/sourceLabel';
import type { AnalysisTerms } from '../analysisTermsSchema';
import { variedFactors } from '../../configuration/factors';
import { configurationLabels } from '../../configuration/label';
import type { Decision, Relaxation, Saving, Verdict } from './verdictSchema';
import {
  counted,
  describeGiven,
  describeInterval,
  describeMilliseconds,
  describePercent,
  describePercentRange,
  listed,
} from '../../statistics/wording';

/** A decision with what it saves, and what replayed requests say of it. */
type Decided = Decision & Pick<Verdict, 'saving' | 'paced'>;

type Words = {
  decision: Decided;
  summaries: readonly ConfigurationSummary[];
  terms: AnalysisTerms;
  label: (id: string) => string;
  energyOf: (id: string) => string;
  /** Without an interval: of the lowest of several it would say too much, for chance has helped to choose it. What was tested is its difference. */
  energyOfLowest: (id: string) => string;
};

/**
 * The verdict in one English sentence, with numbers and units; it states what was seen and promises nothing.
 *
 * @param conditions what the machine did while it measured, as far as it bears on this decision
 */
export function verdictSentence(
  decision: Decided,
  summaries: readonly ConfigurationSummary[],
  terms: AnalysisTerms,
  conditions: NonNullable<AnalysisTerms['conditions']> = [],
): string {
  if (decision.openBecause === 'conditions') {
    const grave = conditions.filter(({ effect }) => effect === 'withholds').map(({ clause }) => clause);
    return `No verdict: ${grave.join('; ')}.`;
  }
  const labels = configurationLabels(summaries);
  const energyOf = (id: string, isLowest: boolean) =>
    energyText(
      summaries.find((s) => s.id === id)!,
      { decision, terms, isLowest },
    );
  const words: Words = {
    decision,
    summaries,
    terms,
    label: (id) => labels.get(id) ?? id,
    energyOf: (id) => energyOf(id, false),
    energyOfLowest: (id) => energyOf(id, true),
  };
  const { paced } = decision;
  const told = {
    greenest: greenestText,
    tied: tiedText,
    unresolved: unresolvedText,
    infeasible: infeasibleText,
  }[decision.kind](words);
  const text =
    paced?.confirms === 'no'
      ? `replayed requests contradict this: ${paced.contradiction!}; by the model ${told}`
      : told;
  // Too early for a verdict is too early for what qualifies it.
  const isEarly = decision.openBecause === 'too-few-blocks';
  const but =
    isEarly || conditions.length === 0 ? '' : `; but ${conditions.map(({ clause }) => clause).join('; and ')}`;
  const saysJoules = decision.kind !== 'infeasible' && !isEarly;
  const basis = basisText(terms);
  if (basis !== null && saysJoules) return `${basis}: ${text}${but}.`;
  // The name of a model stays as it is written.
  const startsWithModel = [...labels.values()].some((name) => !name.startsWith('batch ') && text.startsWith(name));
  return `${startsWithModel ? text : capital(text)}${but}.`;
}

/** Whether nothing was skipped or never tried, and nothing failed every time. */
function isMeasuredWhole(summaries: readonly ConfigurationSummary[]): boolean {
  return summaries.every((s) => s.n > 0);
}

function greenestText(words: Words): string {
  const { decision, summaries, terms, label, energyOf, energyOfLowest } = words;
  const winner = decision.winner!;
  const today = winner === decision.inUse ? ', which you run today,' : '';
  const alone = decision.comparisons.length === 0;
  const claim = alone
    ? `is the only ${isMeasuredWhole(summaries) ? 'one' : 'measured one'} within your limit: ${energyOf(winner)}`
    : `is ${decision.metric === 'weighted' ? 'best by your weights' : 'greenest'}${ofFollowed(summaries)}${terms.sla ? ' within your limit' : ''}: ${energyOfLowest(winner)}`;
  const ahead = alone ? '' : aheadText(words);
  return `${label(winner)}${today} ${claim}${savingText(words)}${ahead}${restsText(words)}${unknownTodayText(decision, summaries)}`;
}

/** Of a search the claim is tested among those that it followed up. */
function ofFollowed(summaries: readonly ConfigurationSummary[]): string {
  if (!summaries.some((s) => s.isLeftOut)) return '';
  return ` of the ${summaries.filter((s) => s.n > 0 && !s.isLeftOut).length} that were followed up`;
}

/** What the claim was tested by: how far the others are behind. What is said of today’s as a saving is not said twice. */
function aheadText({ decision, label }: Words): string {
  const { comparisons, metric, saving } = decision;
  const verb = metric === 'weighted' ? 'costs' : 'takes';
  const isBeside = metric === 'joulesPerRequest' && replayedWinner(decision) !== null;
  const by = metric === 'weighted' ? ' by them' : isBeside ? ' as modelled' : '';
  const [next] = comparisons;
  if (!next || next.differencePercent === null) return '';
  const { differencePercent, low, high } = next;
  if (comparisons.length === 1) {
    if (saving?.against === next.id && metric === saving.energy) return '';
    const span = low === null || high === null ? '' : ` (${describePercentRange(differencePercent, low, high)})`;
    return `; ${label(next.id)} ${verb} ${describePercent(differencePercent, low, high)} more${by}${span}`;
  }
  const least = Math.min(...comparisons.map((c) => c.low ?? 0));
  return `; every other ${verb} at least ${describePercent(least)} more${by}, ${label(next.id)} as the next ${describePercent(differencePercent, low, high)}`;
}

function restsText({ decision: { decisiveTrial }, label }: Words): string {
  if (!decisiveTrial) return '';
  return `; all of it rests on one trial, that of ${label(decisiveTrial.configuration)} in block ${decisiveTrial.block}`;
}

function tiedText(words: Words): string {
  const { decision, summaries, terms, label, energyOf } = words;
  const winner = decision.winner!;
  const margin = `${describeGiven(decision.marginPercent)} %`;
  const where = terms.sla ? ', all within your limit' : '';
  const chosen =
    winner === decision.inUse
      ? `${label(winner)}, which you run today, can stay and takes`
      : `${label(winner)} is the quickest of them and takes`;
  return `${listed(decision.tied.map(label))} are practically tied, within ${margin}${where}: ${chosen} ${energyOf(winner)}${savingText(words)}${restsText(words)}${unknownTodayText(decision, summaries)}`;
}

function unresolvedText({ decision, summaries, terms, label, energyOf, energyOfLowest }: Words): string {
  const after = `no verdict after ${counted(decision.blocks, 'block')}`;
  const { repeats } = terms.measure;
  if (decision.openBecause === 'too-few-blocks') {
    const least = Math.max(fewestBlocks, repeats.min);
    if (repeats.max < least && decision.blocks >= repeats.max) {
      return `too few blocks for a verdict: ${decision.blocks} of at least ${least} (raise measure.repeats.max)`;
    }
    if (decision.blocks < least) return `too early: ${decision.blocks} of at least ${least} blocks`;
    return `${after}: some configurations share fewer than ${fewestBlocks} blocks with ${label(decision.reference!)}`;
  }
  if (decision.openBecause === 'nothing-to-compare') {
    const only = summaries.find((s) => s.n > 0);
    return only
      ? `only ${label(only.id)} was measured, so there is nothing to compare it with: ${energyOf(only.id)}`
      : 'no configuration was measured';
  }
  if (decision.openBecause === 'feasibility') {
    const open = decision.feasibility.filter(
      (f) => f.feasible === 'unresolved' && summaries.some((s) => s.id === f.id && s.n > 0),
    );
    const first = open[0];
    const names = listed(open.map((f) => label(f.id)));
    return `${after}: whether ${names} ${open.length === 1 ? 'keeps' : 'keep'} your limit is open${first ? ` (${label(first.id)}: ${first.reason})` : ''}`;
  }
  if (decision.openBecause === 'not-tried') {
    const so =
      decision.reference === null
        ? ''
        : `: ${label(decision.reference)} takes the least of those that were followed up, ${energyOfLowest(decision.reference)}`;
    return `${after}${so}${so === '' ? ':' : ', but'} others that the search left out might be the choice (raise search.maxTrialsPercent, or measure more blocks)`;
  }
  const lowest = `${label(decision.reference!)} takes the least so far, ${energyOfLowest(decision.reference!)}`;
  const untold = decision.comparisons.filter((c) => c.relation === 'unresolved');
  const near = decision.comparisons.filter((c) => c.relation === 'equivalent');
  const open = untold.length > 0 ? untold : near;
  const names = listed(open.map((c) => `${label(c.id)}${differenceText(c.differencePercent)}`));
  const are = open.length === 1 ? 'is' : 'are';
  const but =
    untold.length > 0
      ? `${names} ${are} not told apart from it`
      : `of ${names}, within ${describeGiven(decision.marginPercent)} % of it, some are not told apart from each other`;
  return `${after}: ${lowest}, but ${but}; ${moreText(decision)}`;
}

function moreText({ moreBlocksRange: range, noisePercent }: Decision): string {
  if (range === null) return `differences are within this machine’s noise (± ${describePercent(noisePercent ?? 0)})`;
  const { low, high } = range;
  return `about ${low === high ? '' : `${low} to `}${counted(high, 'more block')} would decide it`;
}

function differenceText(percent: number | null): string {
  return percent === null ? '' : ` (${percent < 0 ? '' : '+'}${describePercent(percent)})`;
}

function infeasibleText({ decision, summaries, label }: Words): string {
  const several = variedFactors(summaries).some(({ key }) => key !== 'batchSize');
  const none = `no ${isMeasuredWhole(summaries) ? '' : 'measured '}${several ? 'configuration' : 'batch size'} keeps your limit`;
  const nearest = decision.relaxations[0];
  if (!nearest) {
    const first = decision.feasibility.find((f) => f.feasible === 'no');
    return first ? `${none}: ${label(first.id)}: ${first.reason}` : none;
  }
  return `${none}: the nearest, ${label(nearest.id)}, would need ${listed(decision.relaxations.map(relaxationText))}`;
}

function relaxationText({ constraint, limit, needed }: Relaxation): string {
  if (constraint === 'arrivalRate') {
    return `arrivals of at most ${describeGiven(roundOutward(needed, 'down'))} requests/s instead of ${describeGiven(limit)}`;
  }
  if (constraint === 'minAccuracy') {
    return `a least accuracy of ${describeGiven(roundOutward(needed, 'down'))} instead of ${describeGiven(limit)}`;
  }
  return `a latency limit of ${describeGiven(roundOutward(needed / 1000, 'up'))} s (modelled) instead of ${describeGiven(limit / 1000)} s`;
}

function energyText(
  summary: ConfigurationSummary,
  { decision, terms, isLowest }: { decision: Decided; terms: AnalysisTerms; isLowest: boolean },
): string {
  const word = terms.estimated ? 'repeatability' : '';
  const replayed = replayedWinner(decision);
  const perRequest = decision.energy === 'joulesPerRequest';
  if (perRequest && replayed?.id === summary.id)
    return `${describeInterval(replayed.joulesPerRequest, 'J/request', word)} ${atRate(terms)}, ${measuredWord(terms)} with replayed requests`;
  const isModelled = perRequest && summary.joulesPerRequest !== null;
  const interval: Interval | null = isModelled ? summary.joulesPerRequest : summary.joulesPerUnit;
  if (!interval) return 'no energy known';
  const unit = isModelled ? 'J/request' : joulesPer(summary.unit);
  const text = isLowest ? `${describeNumber(interval.mean)} ${unit}` : describeInterval(interval, unit, word);
  return isModelled ? `${text} modelled ${atRate(terms)}` : text;
}

const atRate = ({ sla }: AnalysisTerms) => `at ${describeGiven(sla!.arrivalRate)} requests/s`;
const measuredWord = ({ estimated }: AnalysisTerms) => (estimated ? 'estimated' : 'measured');

/** What was replayed to the winner; null where nothing was, and where it says something else than the verdict. */
function replayedWinner({ paced }: Decided): Replayed | null {
  if (!paced || paced.confirms === 'no') return null;
  return paced.configurations.find(({ id }) => id === paced.winner) ?? null;
}

function savingText(words: Words): string {
  const { decision, summaries, terms, label } = words;
  const { saving, paced } = decision;
  const measured = replayedWinner(decision) && paced!.saving;
  if (measured && decision.energy === 'joulesPerRequest') return measuredSavingText(words);
  const modelled = saving ? modelledSavingText(saving, decision, unitOf(summaries), label) : '';
  if (!measured) return modelled;
  return `${modelled}; ${atRate(terms)}, ${measuredWord(terms)} with replayed requests, ${measuredSaving(measured)} energy per request`;
}

/** Of the winner, whose joules are measured: beside it what was modelled. */
function measuredSavingText({ decision, label }: Words): string {
  const { saving, inUse, configurations, winner } = decision.paced!;
  const { percent, low, high, significant, modelled, blocks } = saving!;
  const against = `${label(inUse!)}, which you run today`;
  const beside = modelled ? `; modelled: ${changeBeside(percent, modelled.percent)}` : '';
  if (low !== null && high !== null && !significant)
    return `; its difference to ${against}, is not significant (${describePercentRange(percent, low, high)} less${beside})`;
  const [size, from, to] = percent >= 0 ? [percent, low, high] : [-percent, high && -high, low && -low];
  const range = from === null || to === null ? counted(blocks, 'block') : describePercentRange(size, from, to);
  const [before, after] = [inUse, winner].map((id) => configurations.find((c) => c.id === id)!.latencyMs.atPercentile);
  const price =
    before!.value === null || after!.value === null
      ? ''
      : `; request p${after!.percentile} ${describeMilliseconds(after!.value)} instead of ${describeMilliseconds(before!.value)}`;
  return `, ${describePercent(size, from, to)} ${percent >= 0 ? 'less' : 'more'} than ${against} (${range}${beside})${price}`;
}

/** `6.7 %`, with its direction where that is another one than was measured. */
function changeBeside(measured: number, modelled: number): string {
  const size = describePercent(Math.abs(modelled));
  return measured >= 0 === modelled >= 0 ? size : `${size} ${modelled >= 0 ? 'less' : 'more'}`;
}

function modelledSavingText(saving: Saving, decision: Decision, unit: string, label: (id: string) => string): string {
  const { percent, low, high } = saving;
  const against = `${label(saving.against)}, which you run today`;
  const per = saving.energy === decision.energy ? '' : ` per ${unit} under full load`;
  if (low === null || high === null || !saving.significant) {
    const span = low === null || high === null ? '' : ` (${describePercentRange(percent, low, high)} less)`;
    return `; its difference${per} to ${against}, is not significant${span}`;
  }
  const [size, from, to] = percent >= 0 ? [percent, low, high] : [-percent, -high, -low];
  const way = percent >= 0 ? 'less' : 'more';
  const price =
    saving.latency?.of === 'request'
      ? `; modelled request p${saving.latency.percentile} ${describeMilliseconds(saving.latency.to)} instead of ${describeMilliseconds(saving.latency.from)}`
      : '';
  return `, ${describePercent(size, from, to)} ${way}${per} than ${against} (${describePercentRange(size, from, to)})${price}`;
}

/** Why no saving is stated where several configurations fit what is said of today. */
function unknownTodayText({ mayBeInUse }: Decision, summaries: readonly ConfigurationSummary[]): string {
  if (mayBeInUse.length === 0) return '';
  const fitting = summaries.filter((s) => mayBeInUse.includes(s.id));
  const differing = variedFactors(fitting).map(({ key }) => `current.${key}`);
  return `; no saving is stated, because ${fitting.length} configurations have today’s batch size of ${fitting[0]!.batchSize} (say which with ${listed(differing)})`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
