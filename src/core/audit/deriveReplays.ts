import type { EventOf } from '../run/events';
import type { DerivedNumbers, Provenance } from './derived';
import { average, type Ends, plainEnds, quantile, ratioEnds, scatter, sum, tBeyond } from './simpleStatistics';
import type { CountedTrial } from './trials';

/** What replayed requests measured, derived again from the raw log. */

const tail = 0.025;
/** Normal quantiles, to all digits. */
const percentiles = [
  { name: 'p50', percent: 50, fewest: 2, z: 0 },
  { name: 'p95', percent: 95, fewest: 20, z: 1.6448536269514722 },
  { name: 'p99', percent: 99, fewest: 100, z: 2.3263478740408408 },
] as const;
const fewestForInterval = 5;
/** Of more latencies in a window a reader keeps a part. */
const mostKept = 100_000;

type Replayed = { block: number; window: EventOf<'trial.window'>; joules: number; edge: number };
type Paced = NonNullable<EventOf<'trial.window'>['paced']>;

/**
 * @param ids configurations in the order of `verdict.paced.configurations`
 * @param pair of them the winner and the one in use, where a saving is stated
 */
export function deriveReplays(
  trials: readonly CountedTrial[],
  ids: readonly string[],
  pair: { winner: string; inUse: string } | null,
  percentOfLimit: number,
): DerivedNumbers {
  const numbers: DerivedNumbers = new Map();
  const put = (path: string, value: number | null, formula: string, rest: Partial<Provenance> = {}) =>
    numbers.set(`verdict.paced.${path}`, {
      ...{ value, how: 'derived', formula, source: 'replayed requests', n: null },
      ...rest,
    });
  ids.forEach((id, i) => deriveConfiguration(`configurations[${i}]`, replaysOf(trials, id)));
  if (pair) deriveSaving(replaysOf(trials, pair.winner), replaysOf(trials, pair.inUse));
  return numbers;

  function deriveConfiguration(at: string, replays: readonly Replayed[]) {
    const n = replays.length;
    const told = replays.map(({ window }) => window.paced!);
    const joules = replays.map((each) => each.joules);
    const ends: Ends = ratioEnds(joules, tail, average(replays.map(({ edge }) => edge)));
    put(`${at}.blocks`, n, 'paced blocks with a window that counts', { n });
    put(`${at}.joulesPerRequest.mean`, average(joules), 'mean over paced blocks: joules of the window ÷ requests', {
      n,
    });
    put(`${at}.joulesPerRequest.low`, ends.low, 't interval of the logarithms over paced blocks', { n });
    put(`${at}.joulesPerRequest.high`, ends.high, 't interval of the logarithms over paced blocks', { n });
    put(`${at}.joulesPerRequest.n`, n, 'paced blocks');
    put(`${at}.load`, average(told.map(({ load }) => load)), 'mean over paced blocks of load', { n });
    put(`${at}.meanBatchSize`, average(told.map(meanBatch)), 'Σ size × batches ÷ Σ batches, mean over paced blocks', {
      n,
    });
    deriveLatency(`${at}.latencyMs`, told);
  }

  function deriveLatency(at: string, told: readonly Paced[]) {
    const own = told.map(({ latencyMs }) => latencyMs).filter((times) => times.length > 0);
    if (own.some((times) => times.length > mostKept)) return;
    const all = own.flat();
    if (all.length === 0) return;
    const of = { n: all.length };
    put(
      `${at}.max`,
      all.reduce((a, b) => Math.max(a, b)),
      'largest of all latencyMs',
      of,
    );
    for (const { name, percent, fewest, z } of percentiles) {
      const value = all.length < fewest ? null : quantile(all, percent);
      const half =
        value === null
          ? null
          : halfOf(
              own.map((times) => quantile(times, percent)),
              z,
            );
      const ends = {
        low: value === null || half === null ? null : value * Math.exp(-half),
        high: value === null || half === null ? null : value * Math.exp(half),
      };
      for (const path of percent === percentOfLimit ? [name, 'atPercentile'] : [name]) {
        put(`${at}.${path}.value`, value, `${percent} % of all latencyMs lie below`, of);
        for (const end of ['low', 'high'] as const)
          put(`${at}.${path}.${end}`, ends[end], 'by the spread of the paced blocks’ own (docs/statistics.md)', of);
      }
    }
  }

  function deriveSaving(chosen: readonly Replayed[], today: readonly Replayed[]) {
    const pairs = chosen.flatMap((one): [Replayed, Replayed][] => {
      const other = today.find(({ block }) => block === one.block);
      return other && one.joules > 0 && other.joules > 0 ? [[one, other]] : [];
    });
    if (pairs.length === 0) return;
    const n = pairs.length;
    const ratios = pairs.map(([one, other]) => Math.log(one.joules) - Math.log(other.joules));
    const far = (side: 0 | 1) =>
      average(pairs.map((both) => -Math.log(1 - Math.min(0.999, both[side].edge / both[side].joules))));
    const { low, high } = plainEnds(ratios, tail, far(0) + far(1));
    const asSaving = (ln: number | null) => (ln === null || n < fewestForInterval ? null : 100 * (1 - Math.exp(ln)));
    const formula = '1 − exp(mean over paced blocks of ln of the ratio of joules per request)';
    put('saving.percent', 100 * (1 - Math.exp(average(ratios))), formula, { n });
    put('saving.low', asSaving(high), 't interval of the same', { n });
    put('saving.high', asSaving(low), 't interval of the same', { n });
    put('saving.blocks', n, 'paced blocks that both have');
  }
}

const meanBatch = ({ batchesOfSize }: Paced): number => {
  const batches = sum(batchesOfSize.map(([, count]) => count));
  return batches > 0 ? sum(batchesOfSize.map(([size, count]) => size * count)) / batches : 0;
};

/** Half of the interval of a percentile on the logarithm; null of one block, and of percentiles that are not above 0. */
function halfOf(own: readonly number[], z: number): number | null {
  const n = own.length;
  const logs = own.map(Math.log);
  if (n < 2 || !logs.every(Number.isFinite)) return null;
  return tBeyond(tail, n - 1) * scatter(logs) * Math.sqrt((1 + ((z * z) / 2) * (n / (n - 1))) / n);
}

/** The last of each paced block. */
function replaysOf(trials: readonly CountedTrial[], id: string): Replayed[] {
  const byBlock = new Map<number, Replayed>();
  for (const { trial, windows } of trials) {
    const first = windows[0];
    const { paced, configuration } = trial.started;
    if (configuration !== id || !paced || !first?.window.paced) continue;
    const { requests } = first.window.paced;
    const { joules, edgeJoules } = first.plain;
    byBlock.set(paced.block, {
      ...{ block: paced.block, window: first.window },
      ...{ joules: joules / requests, edge: edgeJoules / requests },
    });
  }
  return [...byBlock.values()].sort((a, b) => a.block - b.block);
}
