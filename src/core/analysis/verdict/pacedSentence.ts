import { configurationLabels } from '../../configuration/label';
import type { ConfigurationSummary } from '../../metrics/summarySchema';
import {
  counted,
  describeGiven,
  describeInterval,
  describeMilliseconds,
  describePercent,
  describePercentRange,
  shownEnds,
} from '../../statistics/wording';
import { sentenceCase } from '../../configuration/label';
import { describeNumber } from '../../words/units';
import type { AnalysisTerms } from '../analysisTermsSchema';
import type { Paced, Replayed } from './pacedSchema';

type Words = {
  found: Omit<Paced, 'sentence' | 'contradiction'>;
  summaries: readonly ConfigurationSummary[];
  terms: AnalysisTerms;
  /** Whether the verdict names none. */
  isOpen: boolean;
};

/** What was replayed, what it measured beside what is modelled, and whether that confirms the verdict. */
export function pacedSentence(words: Words): string {
  const { found, isOpen } = words;
  const chosen = found.configurations.find(({ id }) => id === found.winner);
  const how = `Replayed ${counted(found.blocks, 'time')} to each: ${pacedHow(found)}`;
  if (!chosen)
    return isOpen
      ? `${how}. There is no verdict that they could confirm.`
      : `${how}. What the verdict names was not among them, so nothing of it is measured.`;
  const label = labelIn(words);
  const verdict = {
    yes: 'This confirms the verdict',
    no: 'This contradicts the verdict',
    unresolved: 'This neither confirms nor contradicts the verdict',
  }[found.confirms];
  return `${how}. ${sentenceCase(label(chosen.id))} took ${energyText(chosen, words)}${savingText(words)}; ${latencyText(chosen, words)}. ${verdict}.`;
}

/** `600 requests in 60 s at 10 requests/s, batched when free`. */
export function pacedHow({
  requests,
  seconds,
  arrivals,
  arrivalRate,
  batching,
  batchTimeoutMs,
}: Pick<Paced, 'requests' | 'seconds' | 'arrivals' | 'arrivalRate' | 'batching' | 'batchTimeoutMs'>): string {
  const rate = arrivals === 'file' ? 'as the trace has them' : `at ${describeGiven(arrivalRate)} requests/s`;
  const delay = batchTimeoutMs === null || batchTimeoutMs === 0 ? '' : ` or after ${describeGiven(batchTimeoutMs)} ms`;
  const batches = {
    full: 'batches closed when full',
    timeout: `batches closed when full${delay}`,
    'when-free': `batches taken by free instances${batchTimeoutMs ? `, which wait for more at most ${describeGiven(batchTimeoutMs)} ms` : ''}`,
  }[batching];
  return `${counted(requests, 'request')} in ${describeNumber(seconds)} s ${rate}, ${batches}`;
}

function labelIn({ summaries }: Pick<Words, 'summaries'>): (id: string) => string {
  const labels = configurationLabels(summaries);
  return (id) => labels.get(id) ?? id;
}

function energyText({ joulesPerRequest, modelled }: Replayed, { terms }: Words): string {
  const beside = modelled.joulesPerRequest
    ? `, where ${describeNumber(modelled.joulesPerRequest.value)} is modelled`
    : '';
  return `${describeInterval(joulesPerRequest, 'J/request', terms.estimated ? 'repeatability' : '')}${beside}`;
}

function savingText({ found: { saving, inUse }, summaries }: Words): string {
  if (!saving || inUse === null) return '';
  const { modelled } = saving;
  const beside = modelled ? `, where ${changeWords(modelled.percent)} is modelled` : '';
  return `, ${measuredSaving(saving)} than ${labelIn({ summaries })(inUse)}${beside}`;
}

/** `6.2 % less (5.1–7.3 %)`, `0.3 % more (−0.4 to 1.0 %)`, `6.2 % less (3 blocks)`. */
export function measuredSaving({ percent, low, high, blocks }: NonNullable<Paced['saving']>): string {
  if (low === null || high === null) return `${changeWords(percent)} (${counted(blocks, 'block')})`;
  const [size, from, to] = percent >= 0 ? [percent, low, high] : [-percent, -high, -low];
  return `${describePercent(size, from, to)} ${percent >= 0 ? 'less' : 'more'} (${describePercentRange(size, from, to)})`;
}

const changeWords = (percent: number) => `${describePercent(Math.abs(percent))} ${percent >= 0 ? 'less' : 'more'}`;

function latencyText({ latencyMs, modelled, blocks }: Replayed, { terms }: Words): string {
  const { percentile, value, low, high } = latencyMs.atPercentile;
  const limit = `of ${describeMilliseconds(terms.sla!.requestLatencyMs)}`;
  if (value === null) return `the slowest request took ${describeMilliseconds(latencyMs.max)} ${limit}`;
  const ends = shownEnds({ low, high, n: blocks });
  const span = ends ? ` (${describeMilliseconds(ends.low)}–${describeMilliseconds(ends.high)})` : '';
  const beside = modelled.atPercentile ? `, ${describeMilliseconds(modelled.atPercentile.value)} modelled` : '';
  return `request p${percentile} was ${describeMilliseconds(value)}${span} ${limit}${beside}`;
}

/** Of a verdict that does not hold, what was measured against it. */
export function contradictionText(words: Words): string {
  const { found, terms, summaries } = words;
  const chosen = found.configurations.find(({ id }) => id === found.winner)!;
  const label = labelIn({ summaries });
  if (found.keepsLimit === 'no') {
    const { percentile, value } = chosen.latencyMs.atPercentile;
    return `request p${percentile} of ${label(chosen.id)} is ${describeMilliseconds(value!)}, over your limit of ${describeMilliseconds(terms.sla!.requestLatencyMs)}`;
  }
  const { saving } = found;
  const modelled = saving!.modelled ? `, where ${changeWords(saving!.modelled.percent)} is modelled` : '';
  return `${label(chosen.id)} takes ${measuredSaving(saving!)} energy per request than ${label(found.inUse!)}${modelled}`;
}
