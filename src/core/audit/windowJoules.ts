import type { Part, Reading } from '../energy/source';
import type { EventOf, PhaseIncrements } from '../run/events';
import { type AuditLog, rankedParts } from './auditLog';
import { sum } from './simpleStatistics';

/** Joules of a window from its raw counters, the plain way: end less start, plus the range for each wrap, times the unit. */

/** Joules of one step of a counter; undefined of a unit that a later program counts in. */
const joulesOfStep: Readonly<Record<string, number>> = { microjoules: 1e-6, millijoules: 1e-3 };

export type PlainWindow = {
  seconds: number;
  joules: number;
  /** Of all added parts, where measured and estimated ones are there. */
  totalJoules: number | null;
  utilisation: number;
  wraps: number;
  /** Half-width of the joules where the edges are known to milliseconds only. */
  edgeJoules: number;
  /** First and last line of power.jsonl between the edges; null where there is none. */
  samples: { first: number; last: number } | null;
};

type Edges = { start: Reading; end: Reading };

/** null where some counted part cannot be turned into joules in the plain way. */
export function plainWindow(
  parts: readonly Part[],
  { start: reading, end }: Edges,
  inSession: AuditLog['samples'],
  session: number,
): PlainWindow | null {
  const start = reading.resumed ?? reading;
  const seconds = (end.monotonicMs - start.monotonicMs) / 1000;
  const between = samplesBetween(inSession.get(session) ?? [], start.monotonicMs, end.monotonicMs);
  const [busy, total] = [end.busySeconds - start.busySeconds, end.totalSeconds - start.totalSeconds];
  const utilisation = total > 0 ? Math.min(1, Math.max(0, busy / total)) : 0;
  const joulesOf = (part: Part): { joules: number; wraps: number } | null => {
    const index = parts.indexOf(part);
    const step = joulesOfStep[part.unit];
    if (step === undefined) return part.curve ? { joules: wattsAt(part.curve, utilisation) * seconds, wraps: 0 } : null;
    const inside = part.fromOpening ? [] : between.map(({ reading: sample }) => sample.counters[index] ?? null);
    const counts = [start.counters[index] ?? null, ...inside, end.counters[index] ?? null];
    const first = counts[0];
    const last = counts.at(-1);
    if (first == null || last == null) return null;
    const wraps = wrapsIn(counts, part.range);
    return { joules: step * (last - first + wraps * (part.range ?? 0)), wraps };
  };
  const ranked = rankedParts(parts);
  const counted = ranked.map(joulesOf);
  if (counted.some((part) => part === null)) return null;
  const joules = sum(counted.map((part) => part!.joules));
  const beside = parts.filter((part) => part.added && !ranked.includes(part)).map(joulesOf);
  const isTotalKnown = beside.length > 0 && beside.every((part) => part !== null);
  return {
    ...{ seconds, joules, utilisation },
    totalJoules: isTotalKnown ? joules + sum(beside.map((part) => part!.joules)) : null,
    wraps: sum(counted.map((part) => part!.wraps)),
    edgeJoules: parts.some(({ printed }) => printed) ? edgeJoules(ranked, start, end, joules, seconds) : 0,
    samples: between.length === 0 ? null : { first: between[0]!.line, last: between.at(-1)!.line },
  };
}

/** Falls by more than half the range; none where the range is not known, or some value is above it. */
function wrapsIn(counts: readonly (number | null)[], range: number | null): number {
  const read = counts.filter((count) => count !== null);
  if (range === null || read.some((count) => count > range)) return 0;
  return read.filter((count, i) => i > 0 && read[i - 1]! - count > range / 2).length;
}

function samplesBetween(samples: readonly { line: number; reading: Reading }[], fromMs: number, toMs: number) {
  let [low, high] = [0, samples.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (samples[middle]!.reading.monotonicMs > fromMs) high = middle;
    else low = middle + 1;
  }
  let to = low;
  while (to < samples.length && samples[to]!.reading.monotonicMs < toMs) to++;
  return samples.slice(low, to);
}

/** docs/measurement.md: idle + (full − idle) · (1 − (1 − u)^shape). */
const wattsAt = ({ idleWatts, maxWatts, shape }: NonNullable<Part['curve']>, utilisation: number) =>
  idleWatts + (maxWatts - idleWatts) * (1 - Math.pow(1 - utilisation, shape));

/** docs/statistics.md: what may have been missed at the edges at the watts that may be, and half a step of each printed number. */
function edgeJoules(counted: readonly Part[], start: Reading, end: Reading, joules: number, seconds: number): number {
  const rounded = sum(
    counted.map(({ printed, unit }) =>
      printed ? (((1000 * seconds) / printed.everyMs + 2) * printed.resolution * (joulesOfStep[unit] ?? 0)) / 2 : 0,
    ),
  );
  const uncertain = ((start.uncertainMs ?? 0) + (end.uncertainMs ?? 0)) / 1000;
  return (uncertain * (joules + rounded)) / Math.max(seconds - uncertain, seconds / 1000) + rounded;
}

/** Each phase's share of a window's joules: by what the counted parts rose by in it. */
export function phaseShares(
  parts: readonly Part[],
  window: EventOf<'trial.window'>,
  names: readonly string[],
): { phase: string; share: number; ms: number }[] {
  const ranked = rankedParts(parts);
  const told = names.flatMap((phase) => {
    const rose: PhaseIncrements | undefined = window.phases?.[phase];
    return rose
      ? [{ phase, ms: rose.ms, joules: Math.max(0, sum(ranked.map((part) => joulesIn(part, parts, rose)))) }]
      : [];
  });
  const all = sum(told.map(({ joules }) => joules));
  return told.map(({ phase, ms, joules }) => ({ phase, ms, share: all > 0 ? joules / all : 0 }));
}

function joulesIn(part: Part, parts: readonly Part[], { counters, ms, busySeconds, totalSeconds }: PhaseIncrements) {
  const step = joulesOfStep[part.unit];
  if (step !== undefined) return step * (counters[parts.indexOf(part)] ?? 0);
  const utilisation = totalSeconds > 0 ? Math.min(1, Math.max(0, busySeconds / totalSeconds)) : 0;
  return part.curve ? (wattsAt(part.curve, utilisation) * ms) / 1000 : 0;
}
