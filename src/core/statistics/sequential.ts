import { normalDensity, normalQuantile, normalUpperTail } from './normal';

/** Fewest common blocks on which a verdict rests: below, a t interval says little and its coverage cannot be checked. */
export const fewestBlocks = 5;

/** The planned looks: from `min` blocks on (five at least) to `max`, which may be raised later. */
export type PlannedLooks = { min: number; max: number };

/**
 * Numbers of blocks at which the data are looked at, up to `last`: every block up to 24, then whenever they have
 * grown by a twelfth; the planned maximum and `last` always.
 */
export function lookSchedule(planned: PlannedLooks, last: number = planned.max): number[] {
  const looks: number[] = [];
  const end = Math.max(last, planned.min, fewestBlocks);
  for (let n = Math.max(planned.min, fewestBlocks); n < end; n = following(n, planned)) looks.push(n);
  return [...looks, end];
}

const nextLook = (n: number) => n + Math.max(1, Math.floor(n / 12));

const plannedEnd = ({ min, max }: PlannedLooks) => Math.max(max, min, fewestBlocks);

/**
 * How the error that is allowed in all is spent over the looks (Lan & DeMets 1983). `late`: as the fourth power of the share of the
 * planned blocks (Kim & DeMets 1987), much like O'Brien & Fleming's: early looks ask for much, and the last one for little more
 * than a single look would. `even`: much like Pocock's, so that intervals are not wider for an early end.
 */
export type Spending = 'late' | 'even';

const spentShare: Record<Spending, (share: number) => number> = {
  late: (share) => share ** 4,
  even: (share) => Math.log1p((Math.E - 1) * share),
};

/** Of the error, spent up to the planned maximum; the rest is kept for blocks that are added later, however many and how often. */
const plannedShare = 0.8;

/** Share of the error that has been spent after `blocks`. */
export function spentAt(planned: PlannedLooks, blocks: number, spending: Spending): number {
  const share = blocks / plannedEnd(planned);
  if (share <= 1) return plannedShare * spentShare[spending](share);
  return plannedShare + (1 - plannedShare) * (1 - 1 / share);
}

/** Simulated crossings of t statistics from 5 blocks on, over those that the normal theory allows; the largest seen, of trials that are like the ones before them too. */
const studentExcess = 1.2;

/**
 * Two-sided nominal level of the look after `blocks`, so that the probability of ever crossing such boundaries under the null
 * hypothesis is `overall`, at this look and all others. Levels of normal theory are used for t statistics through their p-values
 * (Jennison & Turnbull 2000, §4.4); that lets a little more cross with so few values (docs/statistics.md, simulated): the level pays for it.
 *
 * @param blocks below the first look: the level of the first
 */
export function nominalLevel(overall: number, planned: PlannedLooks, blocks: number, spending: Spending): number {
  return normalLevel(overall / studentExcess, planned, blocks, spending);
}

/** The same for statistics whose variance is known. */
export function normalLevel(overall: number, planned: PlannedLooks, blocks: number, spending: Spending): number {
  const key = `${overall} ${planned.min} ${planned.max} ${spending}`;
  let looked = known.get(key);
  if (!looked) {
    if (known.size > 200) known.clear();
    known.set(key, (looked = []));
  }
  const first = Math.max(planned.min, fewestBlocks);
  const at = Math.max(blocks, first);
  const spend = (n: number) => overall * spentAt(planned, n, spending);
  for (let n = first; n <= at; n = following(n, planned)) {
    if ((looked.at(-1)?.n ?? 0) < n) looked.push(look(looked.at(-1) ?? null, n, spend(n)));
  }
  const same = looked.find(({ n }) => n === at);
  if (same) return same.level;
  // Between two looks of the schedule, or where blocks were added: one look more.
  return look(looked.filter(({ n }) => n < at).at(-1) ?? null, at, spend(at)).level;
}

/** The next number of blocks to look at; the planned maximum is one of them. */
function following(n: number, planned: PlannedLooks): number {
  const end = plannedEnd(planned);
  return n < end ? Math.min(nextLook(n), end) : nextLook(n);
}

/** One look, with the density of the sums that have crossed no boundary so far, at the nodes of a quadrature over half the line. */
type Look = { n: number; level: number; spent: number; x: number[]; weight: number[]; density: number[] };
const known = new Map<string, Look[]>();

/** Nodes of the quadrature: enough for steps of a twelfth at boundaries up to 6. */
const nodes = 40;
const gauss = gaussLegendre(nodes);

/** By the recursive integration of Armitage, McPherson & Rowe (1969): the boundary at which what may be spent at this look is. */
function look(before: Look | null, n: number, spent: number): Look {
  const step = Math.sqrt(n - (before?.n ?? 0));
  const increment = spent - (before?.spent ?? 0);
  const crossing = (z: number): number => {
    const end = z * Math.sqrt(n);
    if (!before) return 2 * normalUpperTail(end / step);
    return overHalf(before, (y) => normalUpperTail((end - y) / step) + normalUpperTail((end + y) / step));
  };
  const z = solve((z) => Math.log(crossing(z) / increment), 0, -normalQuantile(increment / 2));
  const end = z * Math.sqrt(n);
  const x = gauss.map((g) => ((g.x + 1) * end) / 2);
  const weight = gauss.map((g) => (g.weight * end) / 2);
  const density = x.map((at) => {
    if (!before) return normalDensity(at / step) / step;
    const sum = overHalf(before, (y) => normalDensity((at - y) / step) + normalDensity((at + y) / step));
    return sum / (2 * step);
  });
  return { n, level: 2 * normalUpperTail(z), spent, x, weight, density };
}

/** Over both halves of the line, for functions that already add what the mirrored half does. */
function overHalf({ x, weight, density }: Look, of: (y: number) => number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += weight[i]! * density[i]! * of(x[i]!);
  return 2 * sum;
}

/** Root of a function that falls from `low` to `high`: regula falsi (Illinois). */
function solve(of: (z: number) => number, low: number, high: number): number {
  let [atLow, atHigh] = [of(low), of(high)];
  // All of it is spent here: nothing has crossed before.
  if (atHigh >= 0) return high;
  let z = high;
  for (let i = 0; i < 60; i++) {
    z = (low * atHigh - high * atLow) / (atHigh - atLow);
    const at = of(z);
    if (Math.abs(at) < 1e-9) break;
    if (at > 0) [low, atLow, atHigh] = [z, at, atHigh / 2];
    else [high, atHigh, atLow] = [z, at, atLow / 2];
  }
  return z;
}

/** Nodes and weights on [−1, 1]: Newton's method on the Legendre polynomial. */
function gaussLegendre(count: number): { x: number; weight: number }[] {
  return Array.from({ length: count }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 0;
    for (let step = 0; step < 20; step++) {
      let previous = 1;
      let value = x;
      for (let k = 2; k <= count; k++) {
        [previous, value] = [value, ((2 * k - 1) * x * value - (k - 1) * previous) / k];
      }
      slope = (count * (x * value - previous)) / (x * x - 1);
      x -= value / slope;
    }
    return { x, weight: 2 / ((1 - x * x) * slope * slope) };
  });
}
