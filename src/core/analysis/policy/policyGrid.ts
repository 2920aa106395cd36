import type { BatchingPolicy } from '../../latency/batchingPolicy';
import type { Sla } from '../../spec/spec';
import { highestLoad } from '../../latency/saturation';
import type { Candidate } from './bestPolicy';
import type { PooledServer } from './pooledServer';

/** Rates of the curve, in steps of the same ratio, from a server that nearly rests to all that any of them can do. */
const rateSteps = 20;
const lowestLoad = 0.01;
/** The shortest wait that is tried, as a share of the limit; shorter ones let hardly anybody join. */
const shortestWait = 1 / 50;
const digits = [1, 1.5, 2, 3, 5, 7];

/** How long requests may wait for others, milliseconds: none, then 1, 1.5, 2, 3, 5, 7, 10, … up to the limit, and what the service level says. */
export function waitsOf(batching: BatchingPolicy['batching'], sla: Pick<Sla, 'requestLatencyMs' | 'batchTimeoutMs'>) {
  if (batching === 'full') return [null];
  const least = sla.requestLatencyMs * shortestWait;
  const steps: number[] = [];
  for (let decade = Math.floor(Math.log10(least)); 10 ** decade < sla.requestLatencyMs; decade++)
    for (const digit of digits) steps.push(Number(`${digit}e${decade}`));
  const within = steps.filter((ms) => ms >= least && ms < sla.requestLatencyMs);
  return [...new Set([0, ...(sla.batchTimeoutMs === undefined ? [] : [sla.batchTimeoutMs]), ...within])].sort(
    (a, b) => a - b,
  );
}

/** Every server with every wait, the plainest first: no wait before some, small batches before large ones. Alone in its batch nobody waits for others. */
export function candidatesOf(servers: readonly PooledServer[], waits: readonly (number | null)[]): Candidate[] {
  const bySize = servers.toSorted((a, b) => a.batchSize - b.batchSize);
  return waits.flatMap((timeoutMs, i) =>
    bySize.flatMap((server) => (i > 0 && server.batchSize === 1 ? [] : [{ server, timeoutMs }])),
  );
}

/** Requests a second, ascending, of two digits. */
export function ratesOf(servers: readonly PooledServer[]): number[] {
  const most = highestLoad * Math.max(...servers.map(({ capacity }) => capacity));
  const ratio = (1 / lowestLoad) ** (1 / (rateSteps - 1));
  const steps = Array.from({ length: rateSteps }, (_, i) => most * lowestLoad * ratio ** i);
  // Down, so that the last of them can be served.
  const rounded = steps.map((rate) => {
    const unit = 10 ** (Math.floor(Math.log10(rate)) - 1);
    return Number((Math.floor(rate / unit + 1e-9) * unit).toPrecision(2));
  });
  return [...new Set(rounded)];
}
