import type { ConfigurationResult } from '../../values/result';
import type { ConfigurationSummary } from '../../metrics/summarySchema';
import { fewestForPercentile } from '../../statistics/statistics';
import { batchingPolicy } from '../../latency/batchingPolicy';
import { batchingClause } from '../../latency/batchingWords';
import { serversOf } from '../../latency/requestLatency';
import type { Sla } from '../../spec/spec';
import { withoutText } from '../../energy/sourceLabel';
import type { AnalysisTerms } from '../analysisTermsSchema';
import { variedFactors } from '../../configuration/factors';
import { configurationLabels, modelNames, sentenceCase } from '../../configuration/label';
import type { Decision, Qualification, Verdict } from './verdictSchema';
import { counted, describeChange, describeGiven, listed } from '../../statistics/wording';

/** To what the joules are known, of the configuration where that is least; null where counters are read in microseconds. */
function edgesText(summaries: readonly ConfigurationSummary[], marginPercent: number): string | null {
  const percents = summaries.flatMap(({ edgePercent }) => edgePercent ?? []).sort((a, b) => b - a);
  const [worst, next] = percents;
  if (worst === undefined) return null;
  const text = `Edges of windows are known to ± ${twoDigits(worst)} % (perf stat), which is in every interval`;
  // Of two configurations both are added.
  if (next === undefined || worst + next < marginPercent) return `${text}.`;
  const sum = twoDigits(worst + next);
  return `${text}: two that differ by less than ± ${sum} % cannot be told apart, nor called tied within ±${describeGiven(marginPercent)} %, by any number of repeats; longer windows would (measure.windowSeconds).`;
}

const twoDigits = (percent: number) => describeGiven(Number(percent.toPrecision(2)));

/** Where accuracy decides something, and has no sampling error: of logs of before. */
function exactAccuracyText(summaries: readonly ConfigurationSummary[], { sla }: AnalysisTerms): string | null {
  const known = summaries.filter(({ accuracy }) => accuracy !== null);
  const decides = sla?.minAccuracy !== undefined || new Set(known.map(({ model }) => model)).size > 1;
  const exact = new Set(known.filter((s) => !s.accuracyInterval).map(modelNames(summaries)));
  if (!decides || exact.size === 0) return null;
  return `The accuracy of ${listed([...exact])} counts as exact: the log, which an earlier program wrote, has no sampling error of it.`;
}

/** What a reader must know to trust the verdict as far as it goes. */
export function qualifications(
  decision: Decision & Pick<Verdict, 'paced' | 'search'>,
  summaries: readonly ConfigurationSummary[],
  terms: AnalysisTerms,
  notes: readonly Qualification[],
  results: readonly Pick<ConfigurationResult, 'id' | 'failure' | 'pacedFailure'>[] = [],
): Qualification[] {
  const labels = configurationLabels(summaries);
  const label = (id: string) => sentenceCase(labels.get(id) ?? id);
  const list: Qualification[] = [];
  const say = (code: Qualification['code'], configuration: string | null, message: string) =>
    list.push({ code, configuration, message });
  if (terms.estimated) {
    say(
      'estimated',
      null,
      'Estimated from CPU time, not measured: it mostly restates throughput, and its interval is repeatability, not accuracy.',
    );
  }
  const without = withoutText(terms);
  if (without !== null) {
    say('missing-domains', null, `Every joule is ${without}: what a configuration takes there is not seen.`);
  }
  const { paced } = decision;
  if (paced?.confirms === 'no') {
    const message = `Replayed requests contradict the verdict: ${paced.contradiction!}.`;
    say('paced-contradicts', paced.winner, message);
  }
  for (const { id, pacedFailure } of results) {
    if (!pacedFailure) continue;
    say('paced-failed', id, `Requests could not be replayed to ${labels.get(id) ?? id}: ${pacedFailure.message}`);
  }
  list.push(...notes);
  const exact = exactAccuracyText(summaries, terms);
  if (exact !== null) say('accuracy-exact', null, exact);
  const edges = edgesText(summaries, decision.marginPercent);
  if (edges !== null) say('edges', null, edges);
  const leftOut = leftOutText(decision, summaries, (id) => labels.get(id) ?? id, terms.sla !== undefined);
  if (leftOut !== null) say('not-tried', null, leftOut);
  for (const s of summaries) {
    if (s.skipped) say('skipped', s.id, `${label(s.id)} was not measured: ${s.skipped.message}`);
    else if (s.n === 0 && !s.isLeftOut) {
      const failure = results.find((r) => r.id === s.id)?.failure;
      // Once others have a second block, its repeat of the first one is over.
      const tried = failure === undefined ? decision.blocks > 1 : failure !== null;
      const why = failure ? ` (${failure})` : '';
      if (tried) say('all-failed', s.id, `${label(s.id)} was not measured: every repeat failed${why}`);
    }
    if (s.load !== undefined && s.requestLatencyMs === null) {
      say(
        'near-saturation',
        s.id,
        `${label(s.id)} would have a load of ${describeGiven(Number((100 * s.load).toPrecision(3)))} %: too near saturation to tell how long requests take.`,
      );
    }
    const at = s.requestLatencyMs?.atPercentile;
    if (at && at.value === null) {
      say(
        'few-batches',
        s.id,
        `${label(s.id)} has fewer than the ${fewestForPercentile(at.percentile)} batches that p${at.percentile} needs: it is judged by its slowest request and its fastest batches.`,
      );
    }
  }
  for (const { id, message } of throttled(summaries, label)) say('throttled', id, message);
  const straying = strayingText(decision, (id) => labels.get(id) ?? id);
  if (straying !== null) say('outliers', null, straying);
  const { decisiveTrial } = decision;
  if (decisiveTrial) {
    const { configuration, block } = decisiveTrial;
    say(
      'one-trial',
      configuration,
      `The verdict rests on one trial, that of ${labels.get(configuration) ?? configuration} in block ${block}: without that block it would be another one, or none.`,
    );
  }
  if (terms.sla) list.push(...serverNotes(summaries, terms.sla));
  return list;
}

/** What a search did without, and by what. */
function leftOutText(
  { search, marginPercent, metric, reference }: Decision & Pick<Verdict, 'search'>,
  summaries: readonly ConfigurationSummary[],
  label: (id: string) => string,
  hasLimit: boolean,
): string | null {
  if (!search) return null;
  const { notTried, notFollowedUp, mayBeLower } = search;
  const were = (count: number) => (count === 1 ? 'was' : 'were');
  const parts = [
    ...(notTried.length > 0 ? [`${were(notTried.length)} not tried`] : []),
    ...(notFollowedUp.length > 0 ? [`${were(notFollowedUp.length)} not followed up after a few trials`] : []),
  ];
  const counts = [notTried.length, notFollowedUp.length].filter((count) => count > 0);
  const who = `${counts[0]} of ${counted(summaries.length, 'configuration')} ${parts[0]}`;
  const also = parts[1] === undefined ? '' : ` and ${counts[1]} ${parts[1]}`;
  const least = `${metric === 'weighted' ? 'cost' : 'take'} ${describeGiven(marginPercent)} % less${reference === null ? '' : ` than ${label(reference)}`}${hasLimit ? ' within your limit' : ''}`;
  const over = listed(
    variedFactors(summaries)
      .filter(({ key }) => key !== 'model')
      .map(({ plural }) => plural),
  );
  const curve = `a smooth curve${over === '' ? '' : ` over ${over}`}`;
  if (mayBeLower.length === 0) return `${who}${also}: by ${curve} none of them could ${least}.`;
  const named = mayBeLower.slice(0, mostNamed).map(label);
  const rest = mayBeLower.length - named.length;
  const may = listed([...named, ...(rest > 0 ? [`${rest} more`] : [])]);
  return `${who}${also}; of these ${may} might ${least}, by ${curve} (search.maxTrialsPercent: more trials would tell).`;
}

/** The server that latencies and joules of requests are modelled for. */
function serverNotes(summaries: readonly ConfigurationSummary[], sla: Sla): Qualification[] {
  const policy = batchingPolicy(sla);
  const notes: Qualification[] = [];
  if (policy.batching === 'timeout')
    notes.push({
      code: 'batch-timeout',
      configuration: null,
      message: 'Batches that the timeout closes before they are full are costed between the measured batch sizes.',
    });
  else if (summaries.some(({ n, batchSize }) => n > 0 && batchSize > 1)) {
    const partial = policy.batching === 'full' ? '' : '; one that is not full is costed between the measured sizes';
    notes.push({
      code: 'batching',
      configuration: null,
      message: `Requests are modelled as their server batches them: ${batchingClause(policy)}${partial}.`,
    });
  }
  const others = new Set(summaries.filter((s) => s.n > 0 && serversOf(s, sla) !== s.instances).map((s) => s.instances));
  if (others.size > 0) {
    const measured = listed([...others].sort((a, b) => a - b).map(String));
    notes.push({
      code: 'other-instances',
      configuration: null,
      message: `Requests are modelled for ${counted(sla.instances!, 'instance')} by batches that were measured with ${measured} at work: what ${sla.instances} take from each other (caches, memory, clock) was not measured.`,
    });
  }
  return notes;
}

/** Trials that are named; of more their number is told. */
const mostNamed = 3;

function strayingText({ outliers }: Decision, label: (id: string) => string): string | null {
  if (outliers.length === 0) return null;
  const furthest = [...outliers].sort((a, b) => Math.abs(b.percent) - Math.abs(a.percent)).slice(0, mostNamed);
  const named = furthest.map(
    ({ configuration, block, percent }) => `${label(configuration)} in block ${block} (${describeChange(percent)})`,
  );
  const rest = outliers.length - furthest.length;
  const who = listed([...named, ...(rest > 0 ? [counted(rest, 'more trial')] : [])]);
  return `${sentenceCase(who)} ${outliers.length === 1 ? 'strays' : 'stray'} from what the other trials make likely: compared with a bounded weight, counted in full in the means.`;
}

/** Said once where it holds for all: then their differences may still be right, their joules are not. */
function throttled(
  summaries: readonly ConfigurationSummary[],
  label: (id: string) => string,
): { id: string | null; message: string }[] {
  const measured = summaries.filter(({ n }) => n > 0);
  const hot = measured.filter(({ state }) => (state?.throttledTrials ?? 0) > 0);
  if (hot.length > 1 && hot.length === measured.length)
    return [
      { id: null, message: 'Every configuration was slowed down by heat: all joules are of a throttled processor.' },
    ];
  return hot.map(({ id, n, state }) => ({
    id,
    message: `${label(id)} was slowed down by heat in ${state!.throttledTrials} of ${counted(n, 'trial')}: its joules are of a throttled processor.`,
  }));
}
