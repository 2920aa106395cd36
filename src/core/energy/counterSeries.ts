/**
 * One energy counter over time, made monotone. RAPL's are 32 bits wide and wrap to 0 after
 * `rangeMicrojoules`; a wrap is counted where the counter falls by more than half its range, and was near enough to its
 * end. Nothing is guessed: a gap between readings that is longer than half a wrap, at the highest power seen, refuses the series.
 */

/** What is known of a counter, in microjoules whatever its own unit. */
export type CounterLimits = { id: string; rangeMicrojoules: number | null; limitWatts: number | null };

/** A reading of one counter; microjoules null where it could not be read. */
export type CounterPoint = { monotonicMs: number; microjoules: number | null };

export type SeriesProblem = 'unreadable' | 'gap' | 'no-range' | 'backwards' | 'implausible';
export type CounterTotal =
  { valid: true; microjoules: number; wraps: number } | { valid: false; reason: SeriesProblem; message: string };

/** Power is judged over spans of at least this length: counters move in ticks, and late readings catch up. */
const powerSpanMs = 200;
/** Readings of two processes may be out of order by so much: a reader may be preempted between clock and counter. */
const orderSlackMs = 10;
/** No package or memory of one socket draws more; a faster rise is a counter that was reset or garbage. */
const implausibleWatts = 5000;
/**
 * Nor does one draw more than this many times its limit, and this many times what it draws otherwise, both at once: limits are not kept
 * to the watt, nor everywhere, and power has peaks.
 */
const mostOverLimit = 2;
const mostOverOthers = 4;

type Step = { gapMs: number; microjoules: number; wrapped: boolean };

/**
 * Energy between the first and the last point, in whole microjoules: last − first + wraps × range.
 * Points are in the order of time; the first and the last must be readable.
 */
export function counterTotal(counter: CounterLimits, points: readonly CounterPoint[]): CounterTotal {
  const refuse = (reason: SeriesProblem, message: string): CounterTotal => ({
    valid: false,
    reason,
    message: `${counter.id}: ${message}`,
  });
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || first.microjoules === null || last.microjoules === null) {
    return refuse('unreadable', 'the counter could not be read at an edge of the window');
  }
  const range = trustedRange(counter, points);
  const steps = stepsOf(points, range);
  for (const step of steps) {
    const watts = step.microjoules / Math.max(step.gapMs, powerSpanMs) / 1000;
    if (watts > implausibleWatts || isJump(step, watts, steps, counter.limitWatts)) {
      return refuse('implausible', `the counter rose by ${step.microjoules / 1e6} J in ${step.gapMs.toFixed(0)} ms`);
    }
  }
  // Twice the highest power seen: at that power, in a gap of half a wrap, a whole wrap would hide.
  const boundWatts = Math.max(2 * highestWatts(steps), counter.limitWatts ?? 0);
  const wrapBoundWatts = Math.max(
    4 * highestWatts(steps.filter((step) => !step.wrapped)),
    2 * (counter.limitWatts ?? 0),
  );
  for (const step of steps) {
    const mostMicrojoules = wrapBoundWatts * Math.max(step.gapMs, powerSpanMs) * 1000;
    if (step.wrapped && wrapBoundWatts > 0 && step.microjoules > mostMicrojoules) {
      return refuse(
        'backwards',
        `the counter fell, with more of its range left than ${(step.gapMs / 1000).toFixed(2)} s take: it was reset`,
      );
    }
    if (range !== null && boundWatts * step.gapMs * 1000 > range) {
      return refuse(
        'gap',
        `no reading for ${(step.gapMs / 1000).toFixed(2)} s; at up to ${boundWatts.toFixed(0)} W a wrap of ` +
          `${(range / 1e6).toFixed(0)} J could hide there`,
      );
    }
    if (-step.microjoules > boundWatts * orderSlackMs * 1000) {
      return range === null
        ? refuse('no-range', 'the counter fell and its range is unknown, so a wrap cannot be told from a reset')
        : refuse('backwards', `the counter fell by ${-step.microjoules / 1e6} J, which is no wrap: it was reset`);
    }
  }
  const wraps = steps.filter((step) => step.wrapped).length;
  return { valid: true, microjoules: last.microjoules - first.microjoules + wraps * (range ?? 0), wraps };
}

/** A rise far beyond the limit and beyond all the others. A wrap is judged by what was left of the range. */
function isJump(step: Step, watts: number, steps: readonly Step[], limitWatts: number | null): boolean {
  if (limitWatts === null || step.wrapped || steps.length < 2 || watts <= mostOverLimit * limitWatts) return false;
  return watts > mostOverOthers * highestWatts(steps.filter((other) => other !== step));
}

/** The range, or null where it is unknown or contradicted: some platforms report counters far above it. */
function trustedRange(counter: CounterLimits, points: readonly CounterPoint[]): number | null {
  const range = counter.rangeMicrojoules;
  return range === null || points.some((point) => (point.microjoules ?? 0) > range) ? null : range;
}

function stepsOf(points: readonly CounterPoint[], range: number | null): Step[] {
  const steps: Step[] = [];
  let beforeMs = 0;
  let before: number | null = null;
  for (const point of points) {
    if (point.microjoules === null) continue;
    if (before !== null) {
      const rise = point.microjoules - before;
      const wrapped = range !== null && -rise > range / 2;
      steps.push({ gapMs: point.monotonicMs - beforeMs, microjoules: rise + (wrapped ? range : 0), wrapped });
    }
    before = point.microjoules;
    beforeMs = point.monotonicMs;
  }
  return steps;
}

/**
 * The longest time that the counter kept one value, in milliseconds.
 *
 * @param fromMs it must have lasted until then: what was read at that moment is as old as it
 */
export function longestStandstillMs(points: readonly CounterPoint[], fromMs: number): number {
  let longest = 0;
  let since: CounterPoint | null = null;
  for (const point of points) {
    if (point.microjoules === null) continue;
    if (since === null || point.microjoules !== since.microjoules) since = point;
    if (point.monotonicMs >= fromMs) longest = Math.max(longest, point.monotonicMs - since.monotonicMs);
  }
  return longest;
}

/** The longest time between two points that could be read with others in between that could not, in milliseconds. */
export function longestUnreadableMs(points: readonly CounterPoint[]): number {
  let longest = 0;
  let readMs: number | null = null;
  let isMissing = false;
  for (const { monotonicMs, microjoules } of points) {
    if (microjoules === null) isMissing = true;
    else {
      if (isMissing && readMs !== null) longest = Math.max(longest, monotonicMs - readMs);
      [readMs, isMissing] = [monotonicMs, false];
    }
  }
  return longest;
}

/** Highest power over spans of at least `powerSpanMs` (or over all of a shorter series), in watts. */
function highestWatts(steps: readonly Step[]): number {
  let highest = 0;
  let spanMs = 0;
  let microjoules = 0;
  steps.forEach((step, i) => {
    spanMs += step.gapMs;
    microjoules += step.microjoules;
    const onlySpan = i === steps.length - 1 && highest === 0;
    if ((spanMs < powerSpanMs && !onlySpan) || spanMs <= 0) return;
    highest = Math.max(highest, microjoules / spanMs / 1000);
    spanMs = 0;
    microjoules = 0;
  });
  return highest;
}
