import { accuracyEnds } from '../../accuracy/accuracySampling';
import { plural } from '../../words/unitOfWork';
import type { ConfigurationSummary } from '../../metrics/summarySchema';
import type { ConfigurationResult } from '../../values/result';
import type { Sla } from '../../spec/spec';
import { describeNumber } from '../../words/units';
import type { AnalysisTerms } from '../analysisTermsSchema';
import { batchingPolicy } from '../../latency/batchingPolicy';
import { scaleOf, serversOf } from '../../latency/requestLatency';
import { runRepeats } from '../runRepeats';
import type { Alternative } from './alternative';
import { summarise } from './summary';
import type { Feasibility, Relaxation } from './verdictSchema';
import { fewestBlocks } from '../../statistics/sequential';
import { counted, describeAccuracy, describeGiven, describeMilliseconds, shownEnds } from '../../statistics/wording';

type Finding = {
  state: 'yes' | 'no' | 'unresolved';
  reason: string;
  breaks?: Relaxation;
  blocksMayDecide?: boolean;
  /** For `no`: it rests on no interval and on no bound of its error, but on what was simulated. */
  bySimulation?: boolean;
};

/**
 * Whether a measured configuration keeps the service level, judged by the ends of its intervals.
 *
 * @param openAccuracy what an accuracy is that cannot be told from the limit, or is not known: no block ever tells it
 */
export function feasibilityOf(
  alternative: Alternative,
  terms: AnalysisTerms,
  openAccuracy: 'unresolved' | 'passes' = 'unresolved',
): Feasibility {
  const { sla } = terms;
  const { id, skipped, trials } = alternative.result;
  if (trials.length === 0) {
    const reason = skipped?.message ?? 'not measured yet';
    return { id, feasible: 'unresolved', reason, breaks: [], blocksMayDecide: skipped === null };
  }
  if (!sla) return { id, feasible: 'yes', reason: 'no limit is set', breaks: [], blocksMayDecide: false };
  const summary = summarise(alternative, { sla, repeats: runRepeats(terms), unit: terms.unit });
  const findings = judgeRequests(alternative, summary, sla);
  if (sla.minAccuracy !== undefined) {
    const accuracy = judgeAccuracy(alternative.result, sla.minAccuracy);
    if (accuracy.state !== 'unresolved' || openAccuracy === 'unresolved') findings.push(accuracy);
  }
  const broken = findings.filter((f) => f.state === 'no');
  const open = findings.filter((f) => f.state === 'unresolved');
  const feasible = broken.length > 0 ? 'no' : open.length > 0 ? 'unresolved' : 'yes';
  const telling = broken.length > 0 ? broken : open.length > 0 ? open : findings;
  return {
    id,
    feasible,
    reason: telling.map((f) => f.reason).join('; '),
    breaks: broken.map((f) => f.breaks).filter((b) => b !== undefined),
    blocksMayDecide: open.some((f) => f.blocksMayDecide ?? true),
  };
}

/**
 * Why a configuration will not keep the arrivals and the latency limit, whatever more blocks say; null where that is not sure.
 *
 * @param tail of the intervals: so small that all looks at the data together are wrong no more often than they may be
 */
export function surelyBroken(alternative: Alternative, terms: AnalysisTerms, tail: number): string | null {
  const { sla } = terms;
  if (!sla || alternative.result.trials.length < fewestBlocks) return null;
  // Fewer servers than were measured: each of them may be quicker then.
  if (serversOf(alternative.result, sla) < alternative.result.instances) return null;
  const summary = summarise(alternative, { sla, repeats: runRepeats(terms), unit: terms.unit, tail });
  const broken = judgeRequests(alternative, summary, sla).filter((f) => f.state === 'no' && !f.bySimulation);
  return broken.length > 0 ? broken.map((f) => f.reason).join('; ') : null;
}

/** Whether requests are served, and in time. */
function judgeRequests(alternative: Alternative, summary: ConfigurationSummary, sla: Sla): Finding[] {
  const scale = scaleOf(alternative.result, sla);
  const throughput = judgeThroughput(summary, alternative.requests, sla, scale);
  const batches = judgeBatches(alternative, sla);
  if (throughput.state === 'yes') {
    const latency = judgeLatency(summary, sla);
    if (latency.state === 'no' || batches === null) return [throughput, latency];
    const { atPercentile, max } = summary.requestLatencyMs!;
    const needed = atPercentile.high ?? max;
    const breaks: Relaxation = { id: summary.id, constraint: 'requestLatencyMs', limit: sla.requestLatencyMs, needed };
    return [throughput, { ...batches, breaks }];
  }
  if (batches === null) return [throughput];
  // Which latency it would reach is not known at arrivals that it may not keep up with: fewer of them come first.
  const needed = scale * summary.intervals!.unitsPerSecond.mean;
  const breaks: Relaxation = { id: summary.id, constraint: 'arrivalRate', limit: sla.arrivalRate, needed };
  return [throughput, throughput.state === 'no' ? batches : { ...batches, breaks }];
}

/** One in 40: how often a configuration that keeps the limit may have all its first trials above it. */
const mostWrong = 0.025;

/**
 * The latency limit against the fastest batch of each trial. Were the limit kept, at most 1 − p of the requests would take longer, so a
 * trial's batch would be longer than the limit with a chance of 1 − p at most, and all of n trials with (1 − p)ⁿ: at p95 and five trials
 * 3 · 10⁻⁷ (Clopper & Pearson 1934: five of five prove a share above 48 % at 97.5 %). All of more trials are above only where the
 * first ones were, so looking again after each block makes it no more likely. null where that is not so.
 */
function judgeBatches({ leastMs }: Alternative, sla: Sla): Finding | null {
  const limit = sla.requestLatencyMs;
  const shareAbove = 1 - sla.percentile / 100;
  const enough = Math.max(fewestBlocks, Math.ceil(Math.log(mostWrong) / Math.log(shareAbove)));
  if (leastMs.length < enough || !leastMs.every((ms) => ms > limit)) return null;
  const fastest = describeMilliseconds(Math.min(...leastMs));
  const reason = `the fastest batch of all ${leastMs.length} trials took ${fastest} of ${describeGiven(limit / 1000)} s`;
  return { state: 'no', reason };
}

/** @param scale what all servers do over what was measured */
function judgeThroughput(
  summary: ConfigurationSummary,
  requests: Alternative['requests'],
  sla: Sla,
  scale: number,
): Finding {
  const { mean, low, high } = summary.intervals!.unitsPerSecond;
  const servers = scale === 1 ? '' : ` of ${counted(scale * summary.instances, 'instance')}`;
  const speed = `${describeNumber(scale * mean)} ${plural(summary.unit)}/s${servers}`;
  const arrivals = `${describeGiven(sla.arrivalRate)} requests/s`;
  const least = scale * (low ?? mean);
  const breaks: Relaxation = { id: summary.id, constraint: 'arrivalRate', limit: sla.arrivalRate, needed: least };
  if (scale * (high ?? mean) <= sla.arrivalRate) {
    return { state: 'no', reason: `${speed} do not keep up with ${arrivals}`, breaks };
  }
  if (least <= sla.arrivalRate) {
    return { state: 'unresolved', reason: `${speed} are too close to ${arrivals} to tell` };
  }
  if (summary.requestLatencyMs !== null) return { state: 'yes', reason: `${speed} keep up with ${arrivals}` };
  if (summary.load !== undefined) {
    const reason = `at a load of ${describeNumber(summary.load)} it is too near saturation to tell how long requests take`;
    return { state: 'unresolved', reason };
  }
  // Fast enough with full batches: some trial fell behind by itself, or the timeout sends batches out half empty.
  const halfEmpty =
    batchingPolicy(sla).batching !== 'timeout' ? '' : ` when the timeout closes batches before they are full`;
  if (requests.every((r) => r === null)) {
    return { state: 'no', reason: `${speed} do not keep up with ${arrivals}${halfEmpty}`, bySimulation: true };
  }
  return { state: 'unresolved', reason: `${speed} do not surely keep up with ${arrivals}${halfEmpty}` };
}

function judgeLatency(summary: ConfigurationSummary, sla: Sla): Finding {
  const latency = summary.requestLatencyMs!;
  const { value, low, high, percentile } = latency.atPercentile;
  const limit = sla.requestLatencyMs;
  const of = `of ${describeGiven(limit / 1000)} s`;
  if (value === null) {
    const lacking = `too few batches for p${percentile}`;
    if (latency.max <= limit)
      return {
        state: 'yes',
        reason: `${lacking}; the slowest request took a modelled ${describeMilliseconds(latency.max)} ${of}`,
      };
    return {
      state: 'unresolved',
      reason: `${lacking}, and the slowest request took a modelled ${describeMilliseconds(latency.max)} ${of}`,
    };
  }
  const reached = `modelled request p${percentile} ${describeMilliseconds(value)} ${of}`;
  if (low === null || high === null)
    return { state: 'unresolved', reason: `${reached}, from one trial, which has no interval` };
  if (high <= limit) return { state: 'yes', reason: reached };
  const breaks: Relaxation = { id: summary.id, constraint: 'requestLatencyMs', limit, needed: high };
  if (low > limit) return { state: 'no', reason: reached, breaks };
  const ends = shownEnds({ low, high, n: summary.n });
  const span = ends ? ` (${describeMilliseconds(ends.low)}–${describeMilliseconds(ends.high)})` : '';
  return { state: 'unresolved', reason: `${reached} is too close to tell${span}` };
}

/** Whether it is surely less accurate than asked for: no block ever tells that. */
export function breaksAccuracy(result: ConfigurationResult, { minAccuracy }: Sla): boolean {
  return minAccuracy !== undefined && judgeAccuracy(result, minAccuracy).state === 'no';
}

function judgeAccuracy({ id, accuracy, accuracySampling }: ConfigurationResult, least: number): Finding {
  const open = (reason: string): Finding => ({ state: 'unresolved', reason, blocksMayDecide: false });
  if (accuracy === null) return open(`its accuracy is not known, so ${describeGiven(least)} cannot be checked`);
  const breaks = { id, constraint: 'minAccuracy', limit: least } as const;
  const limit = `of at least ${describeGiven(least)}`;
  if (!accuracySampling) {
    const reason = `accuracy ${describeNumber(accuracy)} ${limit}`;
    if (accuracy >= least) return { state: 'yes', reason };
    return { state: 'no', reason, breaks: { ...breaks, needed: accuracy } };
  }
  const ends = accuracyEnds({ accuracy }, accuracySampling);
  const images = counted(accuracySampling.images, 'image');
  if (ends === null) {
    return open(
      `AP ${describeNumber(accuracy)} of ${images} has no interval, so ${describeGiven(least)} cannot be checked`,
    );
  }
  const found = describeAccuracy(accuracy, ends, images);
  if (ends.low >= least) return { state: 'yes', reason: `${found} ${limit}` };
  if (ends.high < least) return { state: 'no', reason: `${found} ${limit}`, breaks: { ...breaks, needed: ends.low } };
  return open(`${found} is too close to ${describeGiven(least)} to tell: more images would`);
}
