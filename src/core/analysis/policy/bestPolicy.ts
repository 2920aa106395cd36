import type { BatchingPolicy } from '../../latency/batchingPolicy';
import { mixturePercentile } from '../../latency/latencyDistribution';
import { createQueue, type QueueInput } from '../../latency/queue';
import { highestLoad } from '../../latency/saturation';
import { simulateRequests } from '../../latency/simulation';
import type { PooledServer } from './pooledServer';

/** A server, and how long it may let a request wait for others. */
export type Candidate = { server: PooledServer; timeoutMs: number | null };
/** What requests of one rate are modelled to meet there. */
export type Modelled = Candidate & { joulesPerRequest: number; atPercentileMs: number; load: number };

export type Limit = { batching: BatchingPolicy['batching']; percentile: number; requestLatencyMs: number };

/** Of policies that take as much as the best but for this share the plainest is told. */
export const worthIt = 0.005;

/** All runs meet the same requests. */
const stream = 1;
/** Requests of a first look, the first part of them uncounted: enough to tell energies of the same requests apart. */
const [lookedAt, lookStep] = [6000, 1000];
/** So many times the requests that may be late are late in the first look: the policy is given up. */
const surelyLate = 2;
/** The most requests that decide whether a policy keeps the limit. */
const mostRequests = 200_000;

/**
 * The policy that takes the least energy per request among those that keep the limit, by simulating each of them; null where none does.
 * Left out are those that cannot be it: whose fastest batch is beyond the limit, that would be too near saturation, or whose cheapest
 * batch costs more per request than the best known so far takes. The others are looked at shortly, all on the same requests, which ranks
 * them; in that order they are simulated until the percentile is known, up to the first that keeps the limit.
 *
 * @param candidates the plainest first
 * @param known one of them that is likely to be good: what takes more is not looked at to its end
 */
export function bestPolicy(
  candidates: readonly Candidate[],
  arrivalRate: number,
  limit: Limit,
  known: Candidate | null,
): Modelled | null {
  const simulated = new Map<Candidate, Modelled | null>();
  const ask = (candidate: Candidate) => {
    const before = simulated.get(candidate);
    if (before !== undefined) return before;
    const now = modelled(candidate, arrivalRate, limit);
    simulated.set(candidate, now);
    return now;
  };
  const mayBe = ({ server }: Candidate) =>
    server.leastMs <= limit.requestLatencyMs && arrivalRate <= highestLoad * server.capacity;
  const looks = (candidate: Candidate, most: number) =>
    candidate.server.leastJoules + candidate.server.idleWatts / arrivalRate <= most
      ? look(candidate, arrivalRate, limit, most)
      : null;
  const knownJoules = known && mayBe(known) && ask(known) ? looks(known, Infinity) : null;
  const most = (knownJoules ?? Infinity) * (1 + worthIt);
  const looked = candidates.flatMap((candidate) => {
    const joules = mayBe(candidate) ? looks(candidate, most) : null;
    return joules === null ? [] : [{ candidate, joules }];
  });
  const least = looked.toSorted((a, b) => a.joules - b.joules).find(({ candidate }) => ask(candidate));
  if (!least) return null;
  const isAsGood = (found: Modelled | null) =>
    found !== null && found.joulesPerRequest * (1 - worthIt) <= ask(least.candidate)!.joulesPerRequest;
  const plainest = looked.find(
    ({ candidate, joules }) => joules * (1 - worthIt) <= least.joules && isAsGood(ask(candidate)),
  );
  return ask(plainest!.candidate);
}

const inputOf = ({ server, timeoutMs }: Candidate, arrivalRate: number, { batching }: Limit): QueueInput => ({
  ...server,
  ...{ arrivalRate, stream, policy: { batching, timeoutMs } },
});

/** Joules per request of some requests; null as soon as too many are late, or what they take is `most` whatever the others do. */
function look(candidate: Candidate, arrivalRate: number, limit: Limit, most: number): number | null {
  const { server } = candidate;
  const idle = server.idleWatts / arrivalRate;
  const queue = createQueue(inputOf(candidate, arrivalRate, limit));
  const latencyMs = new Float64Array(lookStep + server.batchSize);
  const mayBeLate = surelyLate * (1 - limit.percentile / 100) * lookedAt;
  queue.serve(latencyMs, lookStep);
  const before = queue.state().batchesOfSize;
  let [served, late] = [0, 0];
  for (;;) {
    const count = queue.serve(latencyMs, lookStep);
    for (let i = 0; i < count; i++) if (latencyMs[i]! > limit.requestLatencyMs) late++;
    served += count;
    if (late > mayBeLate) return null;
    const { batchesOfSize } = queue.state();
    let joules = 0;
    for (let size = 1; size <= server.batchSize; size++)
      joules += (batchesOfSize[size]! - before[size]!) * server.batchJoules[size]!;
    const left = Math.max(0, lookedAt - served);
    if (idle + (joules + left * server.leastJoules) / (served + left) > most) return null;
    if (left === 0) return idle + joules / served;
  }
}

/** What is simulated of a policy; null where it does not keep the limit, or may not. */
export function modelled(candidate: Candidate, arrivalRate: number, limit: Limit): Modelled | null {
  const { server } = candidate;
  const { load, distribution, standardError, batchesOfSize } = simulateRequests(
    inputOf(candidate, arrivalRate, limit),
    limit.percentile,
    mostRequests,
  );
  const atPercentileMs = mixturePercentile([distribution], limit.percentile);
  if (load > highestLoad || atPercentileMs * (1 + 2 * standardError) > limit.requestLatencyMs) return null;
  let [joules, requests] = [0, 0];
  for (let size = 1; size <= server.batchSize; size++) {
    joules += batchesOfSize[size]! * server.batchJoules[size]!;
    requests += batchesOfSize[size]! * size;
  }
  return { ...candidate, joulesPerRequest: joules / requests + server.idleWatts / arrivalRate, atPercentileMs, load };
}
