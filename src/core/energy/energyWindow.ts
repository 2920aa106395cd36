import { type CounterPoint, counterTotal, type SeriesProblem } from './counterSeries';
import { curveWatts } from './powerCurve';
import type { Domain, EnergySource, PowerCurve, Reading } from './source';

/** From raw readings to joules: the energy of a window, and the power over time. */

/** Why a window has no energy. `dead`: an added counter stood still. `short`: no time passed. */
type WindowProblem = SeriesProblem | 'dead' | 'short';

/** Energy of one window. It either has a number or a reason, never half a number. */
export type WindowEnergy =
  | {
      valid: true;
      /** Sum over the domains that are added (package + dram of all sockets), joules. */
      joules: number;
      /** Joules of every domain with a sound counter, also of those that are never added. */
      byDomain: Record<string, number>;
      /** Average power of the added domains. */
      watts: number;
      seconds: number;
      /** Share of all CPUs' time that was used, 0 to 1; 0 where the CPU clock did not move. */
      utilisation: number;
      /** Wraps of added domains that were corrected. */
      wraps: number;
    }
  | { valid: false; reason: WindowProblem; message: string };

export type PowerPoint = {
  monotonicMs: number;
  /** Watts of each domain since the point before, in the source's order; null where unknown. */
  watts: (number | null)[];
};

/** A counter that stands still for longer than this is dead. Hardware updates it every millisecond, memory's at times less often. */
const deadAfterSeconds = (kind: Domain['kind']) => (kind === 'dram' ? 1.2 : 0.5);
/** Points closer than this are merged in a power series: a tick of the counter would look like a spike. */
const shortestIntervalMs = 50;

/**
 * Energy between the readings `start` and `end` of one process; `samples` of the sampler inside the
 * window serve to count wraps (others are ignored). For the estimate:
 * joules = watts(utilisation) × seconds.
 */
export function windowEnergy(
  source: EnergySource,
  start: Reading,
  samples: readonly Reading[],
  end: Reading,
): WindowEnergy {
  const seconds = (end.monotonicMs - start.monotonicMs) / 1000;
  if (!(seconds > 0)) return { valid: false, reason: 'short', message: 'no time passed between the edges' };
  const utilisation = utilisationBetween(start, end);
  if (source.curve !== null) return estimatedEnergy(source, source.curve, seconds, utilisation);

  const inside = samples.filter((s) => s.monotonicMs > start.monotonicMs && s.monotonicMs < end.monotonicMs);
  const readings = [start, ...inside, end];
  const byDomain: Record<string, number> = {};
  let addedMicrojoules = 0;
  let wraps = 0;
  for (const [index, domain] of source.domains.entries()) {
    const total = counterTotal(domain, pointsOf(readings, index));
    if (!total.valid) {
      if (domain.added) return total;
      continue;
    }
    if (domain.added && total.microjoules === 0 && seconds > deadAfterSeconds(domain.kind)) {
      const message = `${domain.id}: the counter stood still for ${seconds.toFixed(1)} s; run greenbatch doctor`;
      return { valid: false, reason: 'dead', message };
    }
    byDomain[domain.id] = total.microjoules / 1e6;
    if (!domain.added) continue;
    addedMicrojoules += total.microjoules;
    wraps += total.wraps;
  }
  const joules = addedMicrojoules / 1e6;
  return { valid: true, joules, byDomain, watts: joules / seconds, seconds, utilisation: utilisation ?? 0, wraps };
}

/** Power over time from successive samples of the sampler, for plots and live watts. */
export function powerSeries(source: EnergySource, samples: readonly Reading[]): PowerPoint[] {
  const series: PowerPoint[] = [];
  let before: Reading | null = null;
  for (const sample of samples) {
    if (before === null) {
      before = sample;
      continue;
    }
    if (sample.monotonicMs - before.monotonicMs < shortestIntervalMs) continue;
    const pair: [Reading, Reading] = [before, sample];
    const watts = source.domains.map((domain, index) => intervalWatts(source, domain, index, pair));
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

function intervalWatts(
  source: EnergySource,
  domain: Domain,
  index: number,
  [before, after]: [Reading, Reading],
): number | null {
  if (source.curve !== null) {
    const utilisation = utilisationBetween(before, after);
    return utilisation === null ? null : curveWatts(source.curve, utilisation);
  }
  const total = counterTotal(domain, pointsOf([before, after], index));
  return total.valid ? Math.max(0, total.microjoules) / 1000 / (after.monotonicMs - before.monotonicMs) : null;
}

function estimatedEnergy(
  source: EnergySource,
  curve: PowerCurve,
  seconds: number,
  utilisation: number | null,
): WindowEnergy {
  if (utilisation === null) {
    const message = 'the CPU clock of the machine did not move: the window is too short for an estimate';
    return { valid: false, reason: 'short', message };
  }
  const watts = curveWatts(curve, utilisation);
  const joules = watts * seconds;
  const byDomain = Object.fromEntries(source.domains.map((domain) => [domain.id, joules]));
  return { valid: true, joules, byDomain, watts, seconds, utilisation, wraps: 0 };
}

function pointsOf(readings: readonly Reading[], index: number): CounterPoint[] {
  return readings.map((reading) => ({
    monotonicMs: reading.monotonicMs,
    microjoules: reading.counters[index] ?? null,
  }));
}
