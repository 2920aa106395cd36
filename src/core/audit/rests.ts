import type { AuditLog, AuditRun } from './auditLog';
import { average, scatter, tBeyond } from './simpleStatistics';
import type { Decisions } from './trials';
import { plainWindow } from './windowJoules';

/** The machine at rest, a second time: docs/statistics.md, "The machine at rest". */

export type Rest = { line: number; session: number; beforeBlock: number | null; watts: number; edgeWatts: number };

export function restsOf(log: AuditLog, run: AuditRun, decisions: Decisions): Rest[] {
  return run.sessions.flatMap(({ session, parts, idles }, s) =>
    idles.flatMap(({ line, idle }, i) => {
      const plain =
        parts && decisions.isIdleCounted(s, i) ? plainWindow(parts.parts, idle, log.samples, session) : null;
      if (plain === null) return [];
      const watts = plain.joules / plain.seconds;
      return [
        { line, session, beforeBlock: idle.beforeBlock ?? null, watts, edgeWatts: plain.edgeJoules / plain.seconds },
      ];
    }),
  );
}

/** Stated of what a machine at rest is to one between requests; of one rest alone its scatter is taken to be that large. */
const [statedShare, singleShare] = [0.02, 0.1];

export type RestKnown = {
  watts: number;
  /** Half-width of what all trials of the run share. */
  boundWatts: number;
};

/** Idle watts as they enter a trial; null without a rest. */
export function restOf(
  rests: readonly Rest[],
  { block, session }: { block: number; session: number },
  isByBlock: boolean,
): RestKnown | null {
  const placed = rests.filter((rest) => rest.beforeBlock !== null);
  if (placed.length === 0) {
    const own = rests.find((rest) => rest.session === session);
    return own ? { watts: own.watts, boundWatts: own.edgeWatts } : null;
  }
  const own = isByBlock ? placed.filter((rest) => rest.beforeBlock === block) : [];
  const watts = own.length > 0 ? average(own.map((rest) => rest.watts)) : between(placed, block + 0.5);
  return { watts, boundWatts: statedWatts(placed, watts) + (own.length > 0 ? 0 : scatterOf(placed).half) };
}

const statedWatts = (placed: readonly Rest[], watts: number) =>
  statedShare * watts + Math.max(0, ...placed.map(({ edgeWatts }) => edgeWatts));

/** Standard error of the mean, and half of its 95 % interval. */
function scatterOf(placed: readonly Rest[]): { standard: number; half: number } {
  const watts = placed.map((rest) => rest.watts);
  if (watts.length === 1) return { standard: (singleShare * watts[0]!) / 2, half: singleShare * watts[0]! };
  const standard = scatter(watts) / Math.sqrt(watts.length);
  return { standard, half: tBeyond(0.025, watts.length - 1) * standard };
}

/** Of the run as a whole. */
export function restSummary(rests: readonly Rest[], isByBlock: boolean) {
  const placed = rests.filter((rest) => rest.beforeBlock !== null);
  if (placed.length === 0) return null;
  const watts = average(placed.map((rest) => rest.watts));
  const boundWatts = statedWatts(placed, watts);
  const { standard, half } = scatterOf(placed);
  return {
    ...{ watts, boundWatts },
    standardWatts: Math.sqrt(standard ** 2 + boundWatts ** 2 / 3),
    edgeWatts: boundWatts + (isByBlock ? 0 : half),
    windows: placed,
  };
}

/** Straight lines between the rests; beyond the first and the last as there. */
function between(placed: readonly Rest[], at: number): number {
  const wattsAt = (block: number) => average(placed.filter((r) => r.beforeBlock === block).map(({ watts }) => watts));
  const blocks = placed.map((rest) => rest.beforeBlock!);
  const earlier = Math.max(...blocks.filter((block) => block <= at));
  const later = Math.min(...blocks.filter((block) => block > at));
  if (!Number.isFinite(earlier)) return wattsAt(later);
  if (!Number.isFinite(later)) return wattsAt(earlier);
  return wattsAt(earlier) + ((wattsAt(later) - wattsAt(earlier)) * (at - earlier)) / (later - earlier);
}
