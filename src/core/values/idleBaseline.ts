import { lookBackMs, windowEnergy } from '../energy/energyWindow';
import { windowStart } from '../energy/readings';
import type { IdleWindow, Run, Session } from '../run/fold';
import { mean, standardDeviation } from '../statistics/statistics';
import { tCritical } from '../statistics/studentT';
import { sleptMs } from './machineStates';
import type { SampleLookup } from './samples';

/**
 * Power of the machine at rest, as the numbers of one block take it. It enters them all alike, so what is not known of it is
 * no scatter between configurations: `edgeWatts` is a bound that differences share (`values/edges.ts`).
 */
export type IdlePower = {
  watts: number;
  /** Half-width in which the watts are known at worst, beside what their scatter from block to block shows. */
  edgeWatts: number;
  /** Standard uncertainty of the run's idle watts (GUM): of their scatter, and of what is stated. */
  standardWatts: number;
};

/** Idle watts of a whole run, and what is known of them. */
type IdleSummary = {
  /** Mean of the windows. */
  watts: number;
  /** Standard uncertainty of it: scatter of the windows, with what is stated (a rectangle of `boundWatts`). */
  standardWatts: number;
  /** Half-width of what their scatter cannot show: stated, and the edges of the windows. */
  boundWatts: number;
  /** Half-width in which a block's idle watts are known at worst (`IdlePower.edgeWatts`): the bound, and the scatter too where blocks share windows. */
  edgeWatts: number;
  windows: { beforeBlock: number; watts: number }[];
};

/** Standard uncertainties in half of a 95 % interval. */
const coverage = 1.96;

/**
 * Half of the 95 % interval of idle watts. Of a few windows that blocks share, 1.96 standard uncertainties say less than what is added to
 * differences at worst: then that counts.
 */
export const idleHalfWidth = ({ standardWatts, edgeWatts }: Pick<IdlePower, 'standardWatts' | 'edgeWatts'>): number =>
  Math.max(coverage * standardWatts, edgeWatts);

/** What a run knows of the machine at rest. */
export type IdleBaseline = {
  /** Of a trial of this block and session; null where nothing is known. */
  of(trial: { block: number; session: number }): IdlePower | null;
  /** All valid windows, in their order: before which block (null: in a log of before), and how much was drawn. */
  windows: { session: number; beforeBlock: number | null; watts: number; edgeWatts: number }[];
  /** Of all windows that came before blocks; null where there is none. */
  summary: IdleSummary | null;
};

/**
 * Of the watts: a machine that rests is not quite the machine between two requests. It is colder or has not yet cooled down, its
 * CPUs sleep deeper, and its fans and timers are where they are: an error that all blocks share, so their scatter cannot show it. Stated, not measured
 * (docs/statistics.md); a rectangle of this half-width.
 */
export const statedPercent = 2;
/** Of a single window nothing tells the scatter: it is taken to be this large, as a half-width of 95 %. */
const singleWindowPercent = 10;
const tail = 0.025;

type Placed = { at: number; watts: number; edgeWatts: number };

/** What is known of the machine at rest, from the windows of all sessions. */
export function idleBaseline(run: Pick<Run, 'sessions' | 'spec'>, samples: SampleLookup): IdleBaseline {
  const windows = run.sessions.flatMap((session) =>
    session.idles.flatMap((idle) => {
      const power = powerOf(session, idle, samples);
      return power ? [{ session: session.session, beforeBlock: idle.beforeBlock ?? null, ...power }] : [];
    }),
  );
  const placed = windows.flatMap(({ beforeBlock, watts, edgeWatts }) =>
    beforeBlock === null ? [] : [{ at: beforeBlock, watts, edgeWatts }],
  );
  const isByBlock = run.spec.measure.idleAt === 'blocks';
  const scatter = scatterOf(placed.map(({ watts }) => watts));
  const counterEdge = Math.max(0, ...placed.map(({ edgeWatts }) => edgeWatts));
  return {
    windows,
    summary: summaryOf(placed, { ...scatter, isShared: !isByBlock }, counterEdge),
    of({ block, session }) {
      const own = placed.filter(({ at }) => isByBlock && at === block).map(({ watts }) => watts);
      const watts = own.length > 0 ? mean(own) : interpolated(placed, block + 0.5);
      if (watts === null) return ofSession(windows, session);
      const stated = statedWatts(watts, counterEdge);
      return {
        watts,
        edgeWatts: stated + (own.length > 0 ? 0 : scatter.halfWidth),
        standardWatts: combined(scatter.standard, stated),
      };
    },
  };
}

const statedWatts = (watts: number, counterEdge: number) => (watts * statedPercent) / 100 + counterEdge;
/** With a bound as a rectangle (GUM 4.3.7). */
const combined = (standard: number, bound: number) => Math.hypot(standard, bound / Math.sqrt(3));

function summaryOf(
  placed: readonly Placed[],
  { standard, halfWidth, isShared }: ReturnType<typeof scatterOf> & { isShared: boolean },
  counterEdge: number,
): IdleSummary | null {
  if (placed.length === 0) return null;
  const watts = mean(placed.map((window) => window.watts));
  const boundWatts = statedWatts(watts, counterEdge);
  return {
    ...{ watts, standardWatts: combined(standard, boundWatts), boundWatts },
    edgeWatts: boundWatts + (isShared ? halfWidth : 0),
    windows: placed.map((window) => ({ beforeBlock: window.at, watts: window.watts })),
  };
}

/** Power in a window at rest; null where its joules cannot be trusted. */
function powerOf({ session, source }: Session, { start, end, state }: IdleWindow, samples: SampleLookup) {
  if (!source || sleptMs(state) > 0) return null;
  const around = samples(session, windowStart(start).monotonicMs - lookBackMs, end.monotonicMs);
  const energy = windowEnergy(source, start, around, end);
  return energy.valid ? { watts: energy.watts, edgeWatts: energy.edgeJoules / energy.seconds } : null;
}

/** Logs of before have one window a session, which was taken as exact but for its edges. */
function ofSession(windows: IdleBaseline['windows'], session: number): IdlePower | null {
  const own = windows.find((window) => window.session === session && window.beforeBlock === null);
  return own ? { watts: own.watts, edgeWatts: own.edgeWatts, standardWatts: 0 } : null;
}

/** Of the mean of these windows: standard uncertainty, and half of a 95 % interval. */
function scatterOf(watts: readonly number[]): { standard: number; halfWidth: number } {
  const n = watts.length;
  if (n === 0) return { standard: 0, halfWidth: 0 };
  if (n === 1) {
    const halfWidth = (watts[0]! * singleWindowPercent) / 100;
    return { standard: halfWidth / 2, halfWidth };
  }
  const standard = standardDeviation(watts) / Math.sqrt(n);
  return { standard, halfWidth: tCritical(tail, n - 1) * standard };
}

/** Straight lines between the means at each place; beyond the first and the last as there. */
function interpolated(placed: readonly Placed[], at: number): number | null {
  const places = [...new Set(placed.map((window) => window.at))].sort((a, b) => a - b);
  const wattsAt = (place: number) => mean(placed.filter((window) => window.at === place).map(({ watts }) => watts));
  const before = places.findLast((place) => place <= at);
  const after = places.find((place) => place > at);
  if (before === undefined) return after === undefined ? null : wattsAt(after);
  if (after === undefined) return wattsAt(before);
  const share = (at - before) / (after - before);
  return (1 - share) * wattsAt(before) + share * wattsAt(after);
}
