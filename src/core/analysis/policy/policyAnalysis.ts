import { configurationLabels } from '../../configuration/label';
import { configurationsInUse } from '../../configuration/inUse';
import { batchingPolicy } from '../../latency/batchingPolicy';
import { scaleOf } from '../../latency/requestLatency';
import type { Sla } from '../../spec/spec';
import { counted, describeGiven, describeMilliseconds, describePercent, listed } from '../../statistics/wording';
import { describeNumber } from '../../words/units';
import type { Table } from '../../words/table';
import type { ConfigurationResult } from '../../values/result';
import type { AnalysedRun, Analysis } from '../analysis';
import { bestPolicy, type Candidate, type Limit, type Modelled, modelled, worthIt } from './bestPolicy';
import { candidatesOf, ratesOf, waitsOf } from './policyGrid';
import { pooledServer } from './pooledServer';
import { type ModelledPolicy, type PolicyJson, policySchema } from './policySchema';

export type PolicyResult = Omit<PolicyJson, 'version' | 'sentence'> & {
  estimated: boolean;
  hasOtherInstances: boolean;
};

/**
 * Batch size, wait and split of the least energy per request within the limit, at the service level's rate and at others: all measured
 * configurations with a grid of waits, simulated. Up to about a second of work: not made while a run measures.
 * null for a run without a service level.
 */
export const policyAnalysis: Analysis<readonly [AnalysedRun], PolicyResult | null> = {
  id: 'policy',
  title: 'The batching policy of least energy per request, by arrival rate (modelled)',
  schema: policySchema,
  run: ([{ results, terms }]) =>
    terms.sla ? policyOf(results, terms.sla, configurationsInUse(results, terms.current), terms.estimated) : null,
  json: (result) => (result ? { version: 1, ...policyPart(result) } : {}),
  sentence: (result) => (result ? sentenceOf(result) : ''),
  table: (result) => (result ? tableOf(result) : { columns: [], rows: [] }),
  notes: (result) => (result ? notesOf(result) : []),
};

function policyPart(result: PolicyResult): Omit<PolicyJson, 'version'> {
  const { estimated: _, hasOtherInstances: __, ...json } = result;
  return { ...json, sentence: sentenceOf(result) };
}

/** The same, as a part of what is made from the run; nothing is added where there is nothing to say. */
export const withPolicy = <R extends object>(report: R, result: PolicyResult | null) =>
  result === null ? report : { ...report, policy: policyPart(result) };

/** @param inUse what may run today; of several none is it */
function policyOf(
  results: readonly ConfigurationResult[],
  sla: Sla,
  inUse: readonly { id: string }[],
  estimated: boolean,
): PolicyResult {
  const isSaid = sla.batching !== undefined || sla.batchTimeoutMs !== undefined;
  const batching = isSaid ? batchingPolicy(sla).batching : 'when-free';
  const waitsMs = waitsOf(batching, sla);
  const { minAccuracy, arrivalRate, percentile, requestLatencyMs } = sla;
  const measured = results.filter(({ trials }) => trials.length > 0);
  const accurate = measured.filter(({ accuracy }) => minAccuracy === undefined || (accuracy ?? -1) >= minAccuracy);
  const pooled = accurate.flatMap((result) => pooledServer(result, results, sla) ?? []);
  const base = {
    ...{ arrivalRate, requestLatencyMs, percentile, batching, waitsMs, estimated },
    hasOtherInstances: accurate.some((result) => scaleOf(result, sla) !== 1),
  };
  if (pooled.length === 0) {
    const nothing = { best: null, today: null, savingPercent: null, points: [], ranges: [] };
    return { ...base, ...nothing, missing: whyNothing(measured, accurate) };
  }
  const limit: Limit = { batching, percentile, requestLatencyMs };
  const candidates = candidatesOf(pooled, waitsMs);
  const server = inUse.length === 1 ? pooled.find(({ id }) => id === inUse[0]!.id) : undefined;
  const ownWait = batching === 'full' ? null : server?.batchSize === 1 ? 0 : (sla.batchTimeoutMs ?? 0);
  const own: Candidate | null = server ? { server, timeoutMs: ownWait } : null;
  const told = tellerOf(results);
  const todayAt = (rate: number) => {
    const found = own && rate < own.server.capacity ? modelled(own, rate, limit) : null;
    return found && told(found);
  };
  let known: Candidate | null = null;
  const points = ratesOf(pooled).map((rate) => {
    const best: Modelled | null = bestPolicy(candidates, rate, limit, known);
    known = best && candidates.find((c) => c.server === best.server && c.timeoutMs === best.timeoutMs)!;
    return { arrivalRate: rate, best: best && told(best), today: todayAt(rate) };
  });
  const found = bestPolicy(candidates, arrivalRate, limit, null);
  const [best, today] = [found && told(found), todayAt(arrivalRate)];
  const savingPercent = best && today ? 100 * (1 - best.joulesPerRequest / today.joulesPerRequest) : null;
  return { ...base, best, today, savingPercent, points, ranges: rangesOf(points), missing: null };
}

function whyNothing(measured: readonly unknown[], accurate: readonly ConfigurationResult[]): string {
  if (measured.length === 0) return 'nothing was measured yet';
  if (accurate.length === 0) return 'no configuration is known to be accurate enough';
  if (accurate.some(({ trials }) => trials.some(({ idleWatts }) => idleWatts === null)))
    return 'without an idle baseline, joules per request are not known (measure.idleSeconds)';
  return 'the machine takes no more at work than at rest, as far as was measured';
}

function tellerOf(results: readonly ConfigurationResult[]) {
  const labels = configurationLabels(results);
  return ({ server, timeoutMs, joulesPerRequest, atPercentileMs, load }: Modelled): ModelledPolicy => {
    const { id, batchSize, threads, spinning } = results.find((result) => result.id === server.id)!;
    return {
      ...{ configuration: id, label: labels.get(id) ?? id, batchTimeoutMs: timeoutMs },
      ...{ batchSize, instances: server.servers, threads, spinning, joulesPerRequest, atPercentileMs, load },
    };
  };
}

function rangesOf(points: PolicyResult['points']): PolicyResult['ranges'] {
  const ranges: PolicyResult['ranges'] = [];
  let isOpen = false;
  for (const { arrivalRate, best } of points) {
    const last = isOpen ? ranges.at(-1) : undefined;
    isOpen = best !== null;
    if (!best) continue;
    const { configuration, label, batchTimeoutMs, joulesPerRequest, atPercentileMs } = best;
    if (last?.configuration === configuration && last.batchTimeoutMs === batchTimeoutMs) {
      last.toRate = arrivalRate;
      last.joulesPerRequest.atTo = joulesPerRequest;
      last.atPercentileMs = Math.max(last.atPercentileMs, atPercentileMs);
    } else
      ranges.push({
        ...{ fromRate: arrivalRate, toRate: arrivalRate, configuration, label, batchTimeoutMs, atPercentileMs },
        joulesPerRequest: { atFrom: joulesPerRequest, atTo: joulesPerRequest },
      });
  }
  return ranges;
}

/** A policy in words: `batch 8, waiting at most 20 ms`. */
export function policyText({ label, batchTimeoutMs }: Pick<ModelledPolicy, 'label' | 'batchTimeoutMs'>): string {
  return batchTimeoutMs ? `${label}, waiting at most ${describeGiven(batchTimeoutMs)} ms` : label;
}

const joulesName = (estimated: boolean) => (estimated ? 'ESTIMATED, modelled J/request' : 'modelled J/request');

function sentenceOf({
  best,
  today,
  savingPercent,
  arrivalRate,
  requestLatencyMs,
  ranges,
  points,
  missing,
  estimated,
}: PolicyResult): string {
  if (missing !== null) return `No policy can be modelled: ${missing}.`;
  const rate = `${describeGiven(arrivalRate)} requests/s`;
  const within = `${describeGiven(requestLatencyMs / 1000)} s`;
  const isToday = today?.configuration === best?.configuration && today?.batchTimeoutMs === best?.batchTimeoutMs;
  const against =
    today && savingPercent !== null && !isToday && savingPercent > 100 * worthIt
      ? `, ${describePercent(savingPercent)} less than ${policyText(today)}, which you run today`
      : '';
  const own = best
    ? `At ${rate} ${policyText(best)} takes the least energy per request of what keeps ${within}: ${describeNumber(best.joulesPerRequest)} ${joulesName(estimated)}${against}.`
    : `At ${rate} no policy of what was measured keeps ${within}.`;
  if (ranges.length === 0) return `${own} None does at any other rate.`;
  const end =
    points.at(-1)!.best === null ? `; above ${describeGiven(ranges.at(-1)!.toRate)} none keeps the limit` : '';
  const shown = ranges.length <= mostTold ? ranges : [ranges[0]!, ranges.at(-1)!];
  const told = shown.map((range, i) => `${spanOf(range, i === 0, false)} ${policyText(range)}`);
  const between = ranges.length - shown.length;
  const more = between > 0 ? `, with ${counted(between, 'other')} between them` : '';
  return `${own} By arrival rate (requests/s): ${listed(told)}${more}${end}.`;
}

/** Ranges that a sentence names; of more the first and the last. */
const mostTold = 4;

function spanOf(
  { fromRate, toRate }: { fromRate: number; toRate: number },
  isFirst: boolean,
  isShort: boolean,
): string {
  const [from, to] = [describeGiven(fromRate), describeGiven(toRate)];
  if (isShort) return fromRate === toRate ? from : `${from}–${to}`;
  if (isFirst) return `up to ${to}`;
  return fromRate === toRate ? `at ${from}` : `from ${from} to ${to}`;
}

function tableOf({ ranges, best, arrivalRate, percentile, estimated }: PolicyResult): Table {
  const ms = (value: number | null) => (value === null ? 'until full' : describeGiven(value));
  return {
    columns: ['requests/s', 'configuration', 'wait ms', joulesName(estimated), `p${percentile}`],
    rows: [
      ...(best
        ? [
            [
              `${describeGiven(arrivalRate)} (yours)`,
              best.label,
              ms(best.batchTimeoutMs),
              describeNumber(best.joulesPerRequest),
              describeMilliseconds(best.atPercentileMs),
            ],
          ]
        : []),
      ...ranges.map((range) => {
        const { atFrom, atTo } = range.joulesPerRequest;
        const joules =
          range.fromRate === range.toRate
            ? describeNumber(atFrom)
            : `${describeNumber(atFrom)}–${describeNumber(atTo)}`;
        return [
          spanOf(range, false, true),
          range.label,
          ms(range.batchTimeoutMs),
          joules,
          describeMilliseconds(range.atPercentileMs),
        ];
      }),
    ],
  };
}

const forming: Record<PolicyResult['batching'], string> = {
  full: 'A batch waits until it is full',
  timeout: 'A batch closes, full or not, when its first request has waited so long',
  'when-free': 'Batches form when an instance is free, as in Triton',
};

function notesOf({ batching, waitsMs, missing, hasOtherInstances }: PolicyResult): string[] {
  if (missing !== null) return [];
  const waits = waitsMs.filter((wait) => wait !== null && wait > 0).map((wait) => describeGiven(wait!));
  return [
    `Modelled: simulated from what batches took under full load, not measured at these rates. ${forming[batching]}${waits.length > 0 ? `; no wait, and waits of ${waits.join(', ')} ms were tried` : ''}.`,
    `Of policies within ${describeGiven(100 * worthIt)} % the plainest is named: the shortest wait, then the smallest batch.`,
    ...(hasOtherInstances
      ? [
          'Another number of instances was measured than the service level names: what they take from each other is not in it.',
        ]
      : []),
  ];
}
