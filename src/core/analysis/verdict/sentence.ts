import { unitOf } from '../../metrics/metricValue';
import { joulesPer } from '../../words/unitOfWork';
import type { ConfigurationSummary } from '../../metrics/summarySchema';
import type { Interval } from '../../statistics/interval';
import { roundOutward } from '../../words/units';
import { fewestBlocks } from '../../statistics/sequential';
import { basisText } from '../../energy/sourceLabel';
import type { AnalysisTerms } from '../analysisTermsSchema';
import { variedFactors } from '../../configuration/factors';
import { configurationLabels } from '../../configuration/label';
import type { Decision, Relaxation, Saving } from './verdictSchema';
import {
  counted,
  describeGiven,
  describeInterval,
  describeMilliseconds,
  describePercent,
  describePercentRange,
  listed,
} from '../../statistics/wording';

/** A decision with what it saves. */
type Decided = Decision & { saving: Saving | null };

type Words = {
  decision: Decided;
  summaries: readonly ConfigurationSummary[];
  terms: AnalysisTerms;
  label: (id: string) => string;
  energyOf: (id: string) => string;
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
  const words: Words = {
    decision,
    summaries,
    terms,
    label: (id) => labels.get(id) ?? id,
    energyOf: (id) =>
      energyText(
        summaries.find((s) => s.id === id)!,
        decision,
        terms,
      ),
  };
  const text = {
    greenest: greenestText,
    tied: tiedText,
    unresolved: unresolvedText,
    infeasible: infeasibleText,
  }[decision.kind](words);
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

/** Whether nothing was skipped, and nothing failed every time. */
function isMeasuredWhole(summaries: readonly ConfigurationSummary[]): boolean {
  return summaries.every((s) => s.n > 0);
}

function greenestText({ decision, summaries, terms, label, energyOf }: Words): string {
  const winner = decision.winner!;
  const today = winner === decision.inUse ? ', which you run today,' : '';
  const alone = decision.comparisons.length === 0;
  const claim = alone
    ? `is the only ${isMeasuredWhole(summaries) ? 'one' : 'measured one'} within your limit`
    : `is ${decision.metric === 'weighted' ? 'best by your weights' : 'greenest'}${terms.sla ? ' within your limit' : ''}`;
  return `${label(winner)}${today} ${claim}: ${energyOf(winner)}${savingText(decision.saving, decision, unitOf(summaries), label)}${unknownTodayText(decision, summaries)}`;
}

function tiedText({ decision, summaries, terms, label, energyOf }: Words): string {
  const winner = decision.winner!;
  const today = winner === decision.inUse ? ', which you run today,' : '';
  const margin = `${describeGiven(decision.marginPercent)} %`;
  const where = terms.sla ? ', all within your limit' : '';
  return `${listed(decision.tied.map(label))} are tied within ${margin}${where}: ${label(winner)}${today} takes ${energyOf(winner)}${savingText(decision.saving, decision, unitOf(summaries), label)}${unknownTodayText(decision, summaries)}`;
}

function unresolvedText({ decision, summaries, terms, label, energyOf }: Words): string {
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
  const open = decision.comparisons.filter((c) => c.relation !== 'worse');
  const names = listed(open.map((c) => `${label(c.id)}${differenceText(c.differencePercent)}`));
  const ahead =
    decision.moreBlocks === null
      ? 'many more blocks would be needed'
      : `about ${counted(decision.moreBlocks, 'more block')} might decide it`;
  const lowest = `${label(decision.reference!)} takes the least so far, ${energyOf(decision.reference!)}`;
  return `${after}: ${lowest}, but ${names} ${open.length === 1 ? 'is' : 'are'} not told apart from it; ${ahead}`;
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
  return `a latency limit of ${describeGiven(roundOutward(needed / 1000, 'up'))} s instead of ${describeGiven(limit / 1000)} s`;
}

function energyText(summary: ConfigurationSummary, decision: Decision, terms: AnalysisTerms): string {
  const word = terms.estimated ? 'repeatability' : '';
  const perRequest = decision.energy === 'joulesPerRequest' && summary.joulesPerRequest !== null;
  const interval: Interval | null = perRequest ? summary.joulesPerRequest : summary.joulesPerUnit;
  if (!interval) return 'no energy known';
  const text = describeInterval(interval, perRequest ? 'J/request' : joulesPer(summary.unit), word);
  return perRequest ? `${text} at ${describeGiven(terms.sla!.arrivalRate)} requests/s` : text;
}

function savingText(saving: Saving | null, decision: Decision, unit: string, label: (id: string) => string): string {
  if (!saving) return '';
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
      ? `; request p${saving.latency.percentile} ${describeMilliseconds(saving.latency.to)} instead of ${describeMilliseconds(saving.latency.from)}`
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
