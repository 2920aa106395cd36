import { batchingPolicy } from '../../latency/batchingPolicy';
import type { ConfigurationSummary } from '../../metrics/summarySchema';
import type { Sla } from '../../spec/spec';
import { asPercent } from '../../statistics/comparison';
import { confidencePercent } from '../../statistics/confidence';
import { pooledPercentileInterval } from '../../statistics/pooledPercentile';
import { fewestBlocks } from '../../statistics/sequential';
import { interpolated, mean, meanInterval, percentile, positiveInterval } from '../../statistics/statistics';
import { lnEdge } from '../../values/edges';
import type { ConfigurationResult, PacedValue } from '../../values/result';
import type { AnalysisTerms } from '../analysisTermsSchema';
import { contradictionText, pacedSentence } from './pacedSentence';
import type { Compared, Paced, Replayed } from './pacedSchema';
import type { Decision, Saving } from './verdictSchema';

/** Which trials are replayed, and how many, depends on no look at their joules: a plain interval. */
const tail = (1 - confidencePercent / 100) / 2;

/**
 * What replayed requests say of a decision; null where none were replayed by these terms: at the same rate, batched alike. Whether the limit
 * is kept is judged anew by whatever limit the terms have.
 */
export function pacedVerdict(
  { winner, inUse, saving: modelledSaving }: Decision & { saving: Saving | null },
  results: readonly ConfigurationResult[],
  summaries: readonly ConfigurationSummary[],
  terms: AnalysisTerms,
): Paced | null {
  const { sla } = terms;
  if (!sla) return null;
  const replayed = results.flatMap((result) => {
    const values = (result.paced ?? []).filter((value) => isReplayedBy(sla, result, value));
    return values.length === 0 ? [] : [{ id: result.id, values }];
  });
  const first = replayed[0]?.values[0];
  if (!first) return null;
  const valuesOf = (id: string | null) => replayed.find((each) => each.id === id)?.values;
  const configurations = replayed.map(({ id, values }) =>
    replayedOf(
      id,
      values,
      sla,
      summaries.find((s) => s.id === id)!,
    ),
  );
  const [chosen, today] = [valuesOf(winner), valuesOf(inUse)];
  const saving =
    chosen && today && winner !== inUse
      ? savingOf(chosen, today, modelledPercent(winner!, inUse!, summaries, modelledSaving))
      : null;
  const keepsLimit = configurations.find(({ id }) => id === winner)?.keepsLimit ?? 'unresolved';
  const { batching, batchTimeoutMs, requests, seconds, arrivals } = first;
  const found: Omit<Paced, 'sentence' | 'contradiction'> = {
    winner: chosen ? winner : null,
    inUse: today ? inUse : null,
    arrivalRate: sla.arrivalRate,
    ...{ arrivals, batching, batchTimeoutMs, seconds, requests },
    blocks: Math.max(...configurations.map((c) => c.blocks)),
    ...{ configurations, saving, keepsLimit },
    confirms: chosen ? confirmsOf(keepsLimit, saving, modelledSaving) : 'unresolved',
  };
  const words = { found, summaries, terms, isOpen: winner === null };
  return {
    ...found,
    contradiction: found.confirms === 'no' ? contradictionText(words) : null,
    sentence: pacedSentence(words),
  };
}

function isReplayedBy(sla: Sla, { instances }: ConfigurationResult, value: PacedValue): boolean {
  const { batching, timeoutMs } = batchingPolicy(sla);
  return (
    value.arrivalRate === sla.arrivalRate &&
    value.batching === batching &&
    value.batchTimeoutMs === timeoutMs &&
    value.instances === (sla.instances ?? instances)
  );
}

function replayedOf(id: string, values: readonly PacedValue[], sla: Sla, modelled: ConfigurationSummary): Replayed {
  const blocks = values.length;
  const joulesPerRequest = positiveInterval(
    values.map((v) => v.joulesPerRequest),
    tail,
    mean(values.map((v) => v.edgeJoulesPerRequest ?? 0)),
  );
  const own = values.map(({ requestMs }) => Float64Array.from(requestMs).sort()).filter(({ length }) => length > 0);
  const all = joined(own).sort();
  const at = (percent: number) => {
    const value = percentile(all, percent);
    const interval =
      value === null
        ? null
        : pooledPercentileInterval(
            value,
            own.map((times) => interpolated(times, percent)),
            percent,
            tail,
          );
    return { value, low: interval?.low ?? null, high: interval?.high ?? null };
  };
  const atPercentile = { percentile: sla.percentile, ...at(sla.percentile) };
  const max = all.at(-1) ?? 0;
  const { value, ...ends } = atPercentile;
  const { mean: joules, low, high } = joulesPerRequest;
  return {
    id,
    blocks,
    joulesPerRequest,
    latencyMs: { p50: at(50), p95: at(95), p99: at(99), max, atPercentile },
    load: mean(values.map((v) => v.load)),
    meanBatchSize: mean(values.map((v) => v.meanBatchSize)),
    padded: values.some((v) => v.padded),
    keepsLimit: keeps(atPercentile, max, sla.requestLatencyMs),
    modelled: {
      joulesPerRequest: compared(modelled.joulesPerRequest?.mean, joules, { low, high }, blocks),
      atPercentile: compared(modelled.requestLatencyMs?.atPercentile.value, value, ends, blocks),
    },
  };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

type Ends = { low: number | null; high: number | null };

/** By the rules of a modelled latency. */
function keeps({ value, low, high }: { value: number | null } & Ends, max: number, limit: number): Paced['keepsLimit'] {
  if (value === null) return max <= limit ? 'yes' : 'unresolved';
  if (low === null || high === null) return 'unresolved';
  return high <= limit ? 'yes' : low > limit ? 'no' : 'unresolved';
}

const isWithin = (value: number, { low, high }: Ends, blocks: number): boolean | null =>
  low === null || high === null || blocks < fewestBlocks ? null : value >= low && value <= high;

function compared(value: number | null | undefined, measured: number | null, ends: Ends, blocks: number): Compared {
  if (value == null || measured === null || !(measured > 0)) return null;
  return { value, errorPercent: 100 * (value / measured - 1), isInside: isWithin(value, ends, blocks) };
}

/** What the model says of the saving per request; of ends that both have it also where the ranking is by another energy. */
function modelledPercent(
  winner: string,
  inUse: string,
  summaries: readonly ConfigurationSummary[],
  saving: Saving | null,
): number | null {
  if (saving?.energy === 'joulesPerRequest') return saving.percent;
  const [to, from] = [winner, inUse].map((id) => summaries.find((s) => s.id === id)?.joulesPerRequest?.mean);
  return to === undefined || !(from! > 0) ? null : 100 * (1 - to / from!);
}

/** Within paced blocks, whose arrivals are the same, so that what they do to both cancels. */
function savingOf(
  chosen: readonly PacedValue[],
  today: readonly PacedValue[],
  modelled: number | null,
): Paced['saving'] {
  const pairs = chosen.flatMap((one): [PacedValue, PacedValue][] => {
    const other = today.find(({ block }) => block === one.block);
    return other && one.joulesPerRequest > 0 && other.joulesPerRequest > 0 ? [[one, other]] : [];
  });
  if (pairs.length === 0) return null;
  const edgeOf = (values: readonly PacedValue[]) =>
    lnEdge(values.map((v) => ({ value: v.joulesPerRequest, edge: v.edgeJoulesPerRequest ?? 0 })));
  const edge = edgeOf(pairs.map(([one]) => one)) + edgeOf(pairs.map(([, other]) => other));
  const ln = meanInterval(
    pairs.map(([one, other]) => Math.log(one.joulesPerRequest / other.joulesPerRequest)),
    tail,
    edge,
  );
  const percent = -asPercent(ln.mean);
  const isKnown = ln.n >= fewestBlocks;
  const [low, high] = isKnown ? [-asPercent(ln.high!), -asPercent(ln.low!)] : [null, null];
  return {
    ...{ percent, low, high, blocks: ln.n },
    significant: low !== null && high !== null && (low > 0 || high < 0),
    modelled:
      modelled === null
        ? null
        : { percent: modelled, errorPoints: modelled - percent, isInside: isWithin(modelled, { low, high }, ln.n) },
  };
}

/**
 * A saving is contradicted where the interval holds none: all of it is 0 or less, or it reaches 0 and not up to what was modelled. One that
 * reaches both tells nothing.
 */
function confirmsOf(
  keepsLimit: Paced['keepsLimit'],
  saving: Paced['saving'],
  claimed: Saving | null,
): Paced['confirms'] {
  const isClaimed = claimed !== null && claimed.significant && claimed.percent > 0;
  const { low = null, high = null } = isClaimed && saving ? saving : {};
  const modelled = saving?.modelled?.percent ?? claimed?.percent ?? 0;
  const isRefuted = low !== null && high !== null && low <= 0 && (high <= 0 || modelled > high);
  if (keepsLimit === 'no' || isRefuted) return 'no';
  const isSure = !isClaimed || saving === null || (low !== null && low > 0);
  return keepsLimit === 'yes' && isSure ? 'yes' : 'unresolved';
}
