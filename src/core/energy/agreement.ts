import { describeJoules, describeNumber } from '../words/units';
import { counterTotal } from './counterSeries';
import type { Part, Reading } from './source';
import { microjoulesOf } from './units';

/**
 * Two instruments of the same registers, read over the same seconds: the files of powercap and the events of perf are two
 * drivers of the kernel, so where they agree neither reads the wrong counter, unit or wrap.
 */

/** The kinds of sources that stand beside each other, in this order. */
const instruments = ['powercap', 'perf'] as const;

/** Farther apart than this they do not agree, where edges are read in microseconds: an edge of a second is known to a thousandth, and memory differs by .27 % by itself. */
const agreeWithinPercent = 0.5;

/**
 * On servers from Haswell to Ice Lake powercap takes the unit of memory's counter for 15.3 µJ and perf for 2⁻¹⁶ J, so
 * that powercap shows 1.0027 times as much (arch/x86/events/rapl.c, drivers/powercap/intel_rapl_common.c).
 */
const memoryUnitsPercent = { least: 0.2, most: 0.35 } as const;

/** One domain as both instruments have it. */
export type DomainAgreement = {
  id: string;
  kind: string;
  /** null where the instrument does not show it, or its counter could not be followed. */
  powercapJoules: number | null;
  perfJoules: number | null;
  /** What powercap shows above perf, in percent of the larger; null where they cannot be compared. */
  differencePercent: number | null;
  /** Why they cannot be. */
  problem: string | null;
};
export type Agreement = {
  seconds: number;
  /** Farther apart than this they do not agree. */
  withinPercent: number;
  domains: DomainAgreement[];
};

/**
 * Joules of each added domain by both instruments between the first and the last reading; those between them serve to
 * count powercap's wraps.
 *
 * @param readings of `parts`, each of all counters at once, in the order of time
 */
export function agreementOf(parts: readonly Part[], readings: readonly Reading[]): Agreement {
  const [first, last] = [readings[0], readings.at(-1)];
  const seconds = first && last ? (last.monotonicMs - first.monotonicMs) / 1000 : 0;
  const added = parts.filter((part) => part.added);
  const ids = [...new Set(added.map(({ id }) => id))];
  return {
    seconds,
    withinPercent: agreeWithinPercent + slowEdgesPercent(first, last, seconds),
    domains: ids.map((id) => domainOf(id, added, parts, readings)),
  };
}

/** Within a reading the instruments are read one after the other: where it was interrupted, they are of other seconds. */
function slowEdgesPercent(first: Reading | undefined, last: Reading | undefined, seconds: number): number {
  const slowMs = 2 * ((first?.uncertainMs ?? 0) + (last?.uncertainMs ?? 0));
  return slowMs === 0 ? 0 : slowMs / (10 * seconds);
}

function domainOf(
  id: string,
  added: readonly Part[],
  parts: readonly Part[],
  readings: readonly Reading[],
): DomainAgreement {
  const [powercap, perf] = instruments.map((source) => {
    const part = added.find((one) => one.id === id && one.source === source);
    return part
      ? joulesOf(part, parts.indexOf(part), readings)
      : { joules: null, problem: `${source} does not show it` };
  }) as [JoulesOf, JoulesOf];
  const { kind } = added.find((part) => part.id === id)!;
  const known = { id, kind, powercapJoules: powercap.joules, perfJoules: perf.joules };
  const [a, b] = [powercap.joules, perf.joules];
  if (a === null || b === null) return { ...known, differencePercent: null, problem: powercap.problem ?? perf.problem };
  if (a === 0 && b === 0) return { ...known, differencePercent: null, problem: 'neither counter moved' };
  return { ...known, differencePercent: (100 * (a - b)) / Math.max(a, b), problem: null };
}

type JoulesOf = { joules: number | null; problem: string | null };

function joulesOf(part: Part, index: number, readings: readonly Reading[]): JoulesOf {
  const step = microjoulesOf(part.unit);
  if (step === null) return { joules: null, problem: `${part.source} counts in ${part.unit}` };
  const { id, limitWatts, range } = part;
  const points = readings.map(({ monotonicMs, counters }) => {
    const counter = counters[index] ?? null;
    return { monotonicMs, microjoules: counter === null ? null : counter * step };
  });
  const total = counterTotal({ id, limitWatts, rangeMicrojoules: range === null ? null : range * step }, points);
  // A counter that is read a little out of order may seem to have fallen by a tick.
  return total.valid
    ? { joules: Math.max(0, total.microjoules / 1e6), problem: null }
    : { joules: null, problem: `${part.source}: ${total.message}` };
}

/** Domains that the instruments do not agree on. */
export const disagreeing = ({ domains, withinPercent }: Agreement): DomainAgreement[] =>
  domains.filter(({ differencePercent: percent }) => percent !== null && Math.abs(percent) > withinPercent);

/** The same as a sentence without capital and full stop; null where they agree. */
export function disagreementText(agreement: Agreement): string | null {
  const apart = disagreeing(agreement);
  if (apart.length === 0) return null;
  const domains = apart.map(
    ({ id, powercapJoules, perfJoules, differencePercent }) =>
      `${id} took ${describeJoules(powercapJoules!)} by powercap and ${describeJoules(perfJoules!)} by perf (${describeNumber(Math.abs(differencePercent!), 2)} % apart)`,
  );
  return `powercap and perf do not agree over the same ${describeNumber(agreement.seconds, 2)} s: ${domains.join('; ')}`;
}

/**
 * What the two instruments say of each other, in a line for every place that says how a run was measured:
 * `powercap and perf agree within 0.03 % (package-0 + dram-0, over 5.0 s)`.
 */
export function agreementText(agreement: Agreement): string {
  const { domains, seconds } = agreement;
  const compared = domains.filter((domain) => domain.differencePercent !== null);
  const largest = Math.max(...compared.map((domain) => Math.abs(domain.differencePercent!)));
  const ids = compared.map(({ id }) => id).join(' + ');
  const verdict =
    disagreementText(agreement) ??
    (compared.length === 0
      ? 'powercap and perf have nothing in common that could be compared'
      : `powercap and perf agree within ${describePercent(largest)} % (${ids}, over ${describeNumber(seconds, 2)} s)`);
  const uncompared = domains.flatMap(({ id, problem }) =>
    problem === null ? [] : [`${id} is not compared (${problem})`],
  );
  return [verdict, ...(showsMemoryUnits(agreement) ? [memoryUnitsText] : []), ...uncompared].join('; ');
}

/** Rounded up, so that it holds. */
const describePercent = (percent: number) => (Math.max(1, Math.ceil(100 * percent - 1e-9)) / 100).toFixed(2);

const memoryUnitsText =
  'of memory powercap shows 0.27 % more, since it takes the unit of that counter for 15.3 µJ and perf for 2⁻¹⁶ J';

const showsMemoryUnits = ({ domains }: Agreement) =>
  domains.some(
    ({ kind, differencePercent: percent }) =>
      kind === 'dram' && percent !== null && percent >= memoryUnitsPercent.least && percent <= memoryUnitsPercent.most,
  );
