import {
  type CounterPoint,
  counterTotal,
  longestStandstillMs,
  longestUnreadableMs,
  type SeriesProblem,
} from './counterSeries';
import { countedParts, isCounted, isReadSlowly } from './parts';
import { curveWatts } from './powerCurve';
import { windowStart } from './readings';
import type { Part, Reading, SourceRecord } from './source';
import { cpuTime, microjoulesOf } from './units';

/** From raw readings to joules: the energy of a window, and the power over time. */

type Parts = Pick<SourceRecord, 'parts'>;

/** Why a window has no energy. `dead`: an added counter stood still. `short`: no time passed. `unit`: of a later program. */
type WindowProblem = SeriesProblem | 'dead' | 'short' | 'unit';
type Refusal = { valid: false; reason: WindowProblem; message: string };

/** Energy of one window. It either has a number or a reason, never half a number. */
export type WindowEnergy =
  | {
      valid: true;
      /** Sum over the counted parts (`isCounted`): of the measured ones where any is measured, else of the estimated ones. */
      joules: number;
      /** Measured and estimated added parts together; null where not both are there, or an estimated one failed. */
      partlyEstimatedJoules: number | null;
      /** Joules of every part with a sound counter, also of those that are never added. */
      byDomain: Record<string, number>;
      /** Average power of the counted parts. */
      watts: number;
      seconds: number;
      /** Share of all CPUs' time that was used, 0 to 1; 0 where the CPU clock did not move. */
      utilisation: number;
      /** Wraps of counted parts that were corrected. */
      wraps: number;
      /**
       * Half-width in which `joules` are known at worst, because the moments of the edges are, and what was printed is rounded; 0
       * where counters are read in microseconds (what interrupts that now and then is in the scatter of repeats).
       */
      edgeJoules: number;
    }
  | Refusal;

/** What a part used: of a counter whole microjoules, so that sums are exact; of a curve its watts. */
type PartEnergy = { valid: true; microjoules: number; curveWatts: number; wraps: number } | Refusal;

export type PowerPoint = {
  monotonicMs: number;
  /** Watts of each part since the point before, in the source's order; null where unknown. */
  watts: (number | null)[];
};

/** Samples of so long before a window tell of a counter that stands still when it begins: it may catch up in it. */
export const lookBackMs = 1500;

/**
 * A counter that stands still for longer than this, in a window or into it, is not believed. Hardware updates it every
 * millisecond, memory's at times less often. Of a short window a quarter is too much, as far as readings 100 ms apart can tell.
 */
function deadAfterSeconds({ kind, printed }: Part, windowSeconds: number): number {
  const seen = printed ? (3 * printed.everyMs) / 1000 : 0.15;
  return Math.min(kind === 'dram' ? 1.2 : 0.5, Math.max(seen, windowSeconds / 4));
}
/** Points closer than this are merged in a power series: a tick of the counter would look like a spike. */
const shortestIntervalMs = 50;

/**
 * Energy between the readings `first` and `end` of one process; `samples` of the sampler inside the
 * window serve to count wraps, those of `lookBackMs` before it to find a standstill (others are ignored). For a part with a power curve:
 * joules = watts(utilisation) × seconds.
 */
export function windowEnergy(source: Parts, first: Reading, samples: readonly Reading[], end: Reading): WindowEnergy {
  const start = windowStart(first);
  const seconds = (end.monotonicMs - start.monotonicMs) / 1000;
  if (!(seconds > 0)) return { valid: false, reason: 'short', message: 'no time passed between the edges' };
  const utilisation = utilisationBetween(start, end);
  const inside = samples.filter((s) => s.monotonicMs > start.monotonicMs && s.monotonicMs < end.monotonicMs);
  const before = samples.filter(
    (s) => s.monotonicMs <= start.monotonicMs && s.monotonicMs >= start.monotonicMs - lookBackMs,
  );

  const counted = { microjoules: 0, curveWatts: 0, parts: 0 };
  const beside = { microjoules: 0, curveWatts: 0, parts: 0 };
  const byDomain: Record<string, number> = {};
  let wraps = 0;
  let isBesideKnown = true;
  const joulesOf = (sum: { microjoules: number; curveWatts: number }) =>
    sum.microjoules / 1e6 + sum.curveWatts * seconds;
  for (const [index, part] of source.parts.entries()) {
    const energy = partEnergy(part, index, { before, start, inside, end }, utilisation);
    const isInSum = isCounted(source, part);
    if (!energy.valid) {
      if (isInSum) return energy;
      if (part.added) isBesideKnown = false;
      continue;
    }
    byDomain[part.id] = joulesOf(energy);
    if (!part.added) continue;
    const sum = isInSum ? counted : beside;
    sum.microjoules += energy.microjoules;
    sum.curveWatts += energy.curveWatts;
    sum.parts++;
    if (isInSum) wraps += energy.wraps;
  }
  const joules = joulesOf(counted);
  const watts = counted.microjoules / 1e6 / seconds + counted.curveWatts;
  return {
    valid: true,
    joules,
    partlyEstimatedJoules: beside.parts > 0 && isBesideKnown ? joules + joulesOf(beside) : null,
    byDomain,
    watts,
    seconds,
    utilisation: utilisation ?? 0,
    wraps,
    edgeJoules: isReadSlowly(source.parts) ? edgeJoules(source, start, end, { joules, seconds }) : 0,
  };
}

/** The watts may be those of all joules that may have been missed: so much more at worst (docs/statistics.md). */
function edgeJoules(
  source: Parts,
  start: Reading,
  end: Reading,
  { joules, seconds }: { joules: number; seconds: number },
): number {
  const rounded = roundedJoules(source, seconds);
  const uncertain = ((start.uncertainMs ?? 0) + (end.uncertainMs ?? 0)) / 1000;
  // Of a window as short as that nothing is known, but that is a number too.
  const certain = Math.max(seconds - uncertain, seconds / 1000);
  return (uncertain * (joules + rounded)) / certain + rounded;
}

/** Half a step of each interval that was printed of each counted part, all to one side; one more at each edge. */
function roundedJoules(source: Parts, seconds: number): number {
  return countedParts(source).reduce((sum, { printed, unit }) => {
    if (!printed) return sum;
    const intervals = (1000 * seconds) / printed.everyMs + 2;
    return sum + (intervals * printed.resolution * (microjoulesOf(unit) ?? 0)) / 2 / 1e6;
  }, 0);
}

/** Power over time from successive samples of the sampler, for plots and live watts. */
export function powerSeries(source: Parts, samples: readonly Reading[]): PowerPoint[] {
  const series: PowerPoint[] = [];
  let before: Reading | null = null;
  for (const sample of samples) {
    if (before === null) {
      before = sample;
      continue;
    }
    if (sample.monotonicMs - before.monotonicMs < shortestIntervalMs) continue;
    const pair: [Reading, Reading] = [before, sample];
    const watts = source.parts.map((part, index) => intervalWatts(part, index, pair));
    series.push({ monotonicMs: sample.monotonicMs, watts });
    before = sample;
  }
  return series;
}

/** CPU time used over CPU time available between two readings, 0 to 1; null where the clock did not move. */
function utilisationBetween(start: Reading, end: Reading): number | null {
  const total = end.totalSeconds - start.totalSeconds;
  return total > 0 ? Math.min(1, Math.max(0, (end.busySeconds - start.busySeconds) / total)) : null;
}

function intervalWatts(part: Part, index: number, [before, after]: [Reading, Reading]): number | null {
  if (part.unit === cpuTime) {
    const utilisation = utilisationBetween(before, after);
    return utilisation === null || !part.curve ? null : curveWatts(part.curve, utilisation);
  }
  const total = counterEnergy(part, index, [before, after]);
  return total.valid ? Math.max(0, total.microjoules) / 1000 / (after.monotonicMs - before.monotonicMs) : null;
}

function partEnergy(
  part: Part,
  index: number,
  {
    before,
    start,
    inside,
    end,
  }: { before: readonly Reading[]; start: Reading; inside: readonly Reading[]; end: Reading },
  utilisation: number | null,
): PartEnergy {
  if (part.unit === cpuTime && part.curve) {
    if (utilisation !== null)
      return { valid: true, microjoules: 0, curveWatts: curveWatts(part.curve, utilisation), wraps: 0 };
    const message = 'the CPU clock of the machine did not move: the window is too short for an estimate';
    return { valid: false, reason: 'short', message };
  }
  const total = counterEnergy(part, index, part.fromOpening ? [start, end] : [start, ...inside, end]);
  if (!total.valid) return total;
  if (part.added) {
    // The edges and the sampler's readings of one process each, where what they count from is not the same.
    const stoodStillMs = (earlier: readonly Reading[]) => {
      const edges = [start, end];
      const series = part.fromOpening ? [edges, [...earlier, ...inside]] : [[...earlier, start, ...inside, end]];
      return Math.max(
        ...series.map((readings) => longestStandstillMs(pointsOf(readings, index, 1), start.monotonicMs)),
      );
    };
    const stoodMs = stoodStillMs(before);
    const ofMs = end.monotonicMs - start.monotonicMs;
    const deadAfterMs = 1000 * deadAfterSeconds(part, ofMs / 1000);
    // So long it may have stood still without a sign.
    const unreadMs = longestUnreadableMs(pointsOf([start, ...inside, end], index, 1));
    if (unreadMs > deadAfterMs) {
      const [unread, of] = [unreadMs, ofMs].map((ms) => (ms / 1000).toFixed(1));
      const message = `${part.id}: the counter could not be read for ${unread} of ${of} s; run greenbatch doctor`;
      return { valid: false, reason: 'unreadable', message };
    }
    if (stoodMs > deadAfterMs) {
      const [stood, of] = [stoodMs, ofMs].map((ms) => (ms / 1000).toFixed(1));
      const when =
        stoodMs > stoodStillMs([]) ? `${stood} s, from before a window of ${of} s on` : `${stood} of ${of} s`;
      const message = `${part.id}: the counter stood still for ${when}; run greenbatch doctor`;
      return { valid: false, reason: 'dead', message };
    }
  }
  return { valid: true, microjoules: total.microjoules, curveWatts: 0, wraps: total.wraps };
}

function counterEnergy(part: Part, index: number, readings: readonly Reading[]) {
  const step = microjoulesOf(part.unit);
  if (step === null) {
    const message = `${part.id}: its counter is in ${part.unit}, which this program cannot turn into joules: update Greenbatch`;
    return { valid: false, reason: 'unit', message } satisfies Refusal;
  }
  const { id, limitWatts, range } = part;
  const rangeMicrojoules = range === null ? null : range * step;
  return counterTotal({ id, limitWatts, rangeMicrojoules }, pointsOf(readings, index, step));
}

function pointsOf(readings: readonly Reading[], index: number, step: number): CounterPoint[] {
  return readings.map((reading) => {
    const counter = reading.counters[index] ?? null;
    return { monotonicMs: reading.monotonicMs, microjoules: counter === null ? null : counter * step };
  });
}
