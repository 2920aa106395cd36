import { describe, expect, it } from 'vitest';
import type { ArrivalTerms } from '../../../../src/core/latency/requestLatency';
import { requestsOfTrials } from '../../../../src/core/latency/requestLatency';
import { mean, spreadPercent } from '../../../../src/core/statistics/statistics';
import { latenciesByEvents, xoshiro } from '../../../support/eventQueue';
import { percentilesInPlace } from '../../../support/quickselect';
import { repeats } from '../../../support/repeats';
import { emptyResult, trialOf } from '../../../support/simulatedSweep';

/**
 * p95 and joules per request of a machine that was measured at four batch sizes, against an event simulation of that machine with
 * arrivals and batch times of its own: within 2 % and 1 %, from a server that nearly rests to one that is asked for nine tenths.
 */
const idleWatts = 40;
const blocks = 4;
const requests = 300_000;
const mostRepetitions = 200;

/** A batch takes 12 ms and 2 J besides what each request in it does, 8 ms and 1.5 J, as many processes as work. */
const batchMs = (size: number) => 12 + 8 * size;
const batchJoules = (size: number) => 2 + 1.5 * size;

const measured = (instances: number) =>
  [1, 2, 4, 8].map((batchSize) => {
    const unitsPerSecond = (instances * batchSize * 1000) / batchMs(batchSize);
    const joulesPerUnit = batchJoules(batchSize) / batchSize + idleWatts / unitsPerSecond;
    const times = Array.from({ length: 400 }, (_, i) => batchMs(batchSize) * spread((i + 0.5) / 400));
    const trials = Array.from({ length: blocks }, (_, i) =>
      trialOf(i + 1, joulesPerUnit, { batchMs: times, unitsPerSecond, idleWatts }),
    );
    return emptyResult(batchSize, { instances, trials });
  });

/** Times of batches lie within 10 % of their mean, each as likely. */
const spread = (share: number) => 0.9 + 0.2 * share;

type Case = { terms: Pick<ArrivalTerms, 'batching' | 'batchTimeoutMs' | 'instances'>; instances: number; load: number };
const whenFree = { batching: 'when-free' } as const;
const usual: Case[] = [
  { terms: whenFree, instances: 1, load: 0.01 },
  { terms: whenFree, instances: 1, load: 0.3 },
  { terms: whenFree, instances: 1, load: 0.6 },
  { terms: whenFree, instances: 1, load: 0.9 },
  { terms: { ...whenFree, batchTimeoutMs: 15 }, instances: 1, load: 0.2 },
  { terms: { ...whenFree, batchTimeoutMs: 15 }, instances: 2, load: 0.8 },
  { terms: { ...whenFree, batchTimeoutMs: 60 }, instances: 4, load: 0.1 },
  { terms: { ...whenFree, instances: 3 }, instances: 1, load: 0.5 },
  { terms: { batchTimeoutMs: 40 }, instances: 1, load: 0.1 },
  { terms: { batchTimeoutMs: 40 }, instances: 2, load: 0.6 },
  { terms: {}, instances: 1, load: 0.5 },
];

function* allCases(): Generator<Case> {
  for (const instances of [1, 2, 4])
    for (const load of [0.01, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9])
      for (const batchTimeoutMs of [0, 5, 15, 60, 200])
        for (const servers of [undefined, 2])
          yield { terms: { ...whenFree, batchTimeoutMs, ...(servers && { instances: servers }) }, instances, load };
}

describe('what requests meet in a trial is what they meet in an event simulation of the same machine', () => {
  it.each(repeats(0, 1) ? [...allCases()] : usual)(
    '$terms, measured with $instances, load $load',
    ({ terms, instances, load }) => {
      const all = measured(instances);
      const servers = terms.instances ?? instances;
      const arrivalRate = (load * servers * 8 * 1000) / batchMs(8);
      const met = requestsOfTrials(all[3]!, all, { ...terms, arrivalRate, percentile: 95 });
      const p95 = mean(met.map((one) => one!.atPercentile));
      const joules = mean(met.map((one) => one!.joulesPerRequest!));
      const theirs: { p95: number; joules: number }[] = [];
      const errorOf = (values: number[]) => spreadPercent(values)! / Math.sqrt(values.length);
      for (let n = 1; n <= mostRepetitions; n++) {
        theirs.push(byEvents(terms, servers, arrivalRate, n));
        if (n >= 3 && errorOf(theirs.map((one) => one.p95)) < 0.4) break;
      }
      expect(errorOf(theirs.map((one) => one.p95))).toBeLessThan(0.5);
      expect(Math.abs(p95 / mean(theirs.map((one) => one.p95)) - 1)).toBeLessThan(0.02);
      expect(Math.abs(joules / mean(theirs.map((one) => one.joules)) - 1)).toBeLessThan(0.01);
    },
    300_000,
  );
});

function byEvents({ batching, batchTimeoutMs }: Case['terms'], servers: number, arrivalRate: number, seed: number) {
  const random = xoshiro(seed);
  let [now, joules, served] = [0, 0, 0];
  const latencyMs = latenciesByEvents({
    ...{ servers, batchSize: 8, requests },
    policy: {
      batching: batching ?? (batchTimeoutMs === undefined ? 'full' : 'timeout'),
      timeoutMs: batching === 'when-free' ? (batchTimeoutMs ?? 0) : (batchTimeoutMs ?? null),
    },
    arrivesAt: () => (now += (-Math.log(random()) * 1000) / arrivalRate),
    serviceMs: (size) => {
      joules += batchJoules(size);
      served += size;
      return batchMs(size) * spread(random());
    },
  });
  const settled = latencyMs.slice(requests / 10);
  return { p95: percentilesInPlace(settled, [95])[0]!, joules: joules / served + idleWatts / arrivalRate };
}
