import { mean } from './statistics';
import { tCritical } from './studentT';

/** A value at a time; only values of one group are compared with each other. */
export type TimedValue = { group: string; at: number; value: number };

/** Change over the whole of the time that the values cover, with its 95 % interval. */
export type Trend = { change: number; low: number; high: number; n: number };

/** What follows upon another may be like it by so much until the values tell; that guess weighs as much as so many of them. */
const guessedCorrelation = 0.5;
const weightOfGuess = 15;
const mostCorrelation = 0.9;

/**
 * The slope that all groups share, by least squares with a mean for each group, times the time from the first value to the last. Its
 * interval is that of t, widened for values that are like the ones before them: with the first autocorrelation r of the residuals,
 * the variance by (1 + r)/(1 − r), and so many fewer degrees of freedom (Bartlett 1935). r of few values comes out too low, by about the
 * share of them that the fit takes up, and is uncertain: docs/statistics.md has what is done about it, and how often this is wrong.
 *
 * @param values in the order of time
 * @returns null where too few groups have two values, or all are of one moment
 */
export function trendOf(values: readonly TimedValue[]): Trend | null {
  const groups = new Map<string, TimedValue[]>();
  for (const value of values) groups.set(value.group, [...(groups.get(value.group) ?? []), value]);
  const centres = new Map(
    [...groups].flatMap(([group, own]) =>
      own.length < 2
        ? []
        : [[group, { at: mean(own.map(({ at }) => at)), value: mean(own.map(({ value }) => value)) }]],
    ),
  );
  const centred = values.flatMap(({ group, at, value }) => {
    const centre = centres.get(group);
    return centre ? [{ at: at - centre.at, value: value - centre.value }] : [];
  });
  const n = centred.length;
  const fitted = centres.size + 1;
  const spread = sum(centred, ({ at }) => at * at);
  if (n - fitted < 2 || !(spread > 0)) return null;
  const slope = sum(centred, ({ at, value }) => at * value) / spread;
  const residuals = centred.map(({ at, value }) => value - slope * at);
  const squares = sum(residuals, (e) => e * e);
  const lagged = sum(residuals.slice(1), (e, i) => e * residuals[i]!);
  const seen = squares > 0 ? lagged / squares + fitted / n : 0;
  const r =
    (n * Math.min(mostCorrelation, Math.max(0, seen)) + weightOfGuess * guessedCorrelation) / (n + weightOfGuess);
  const widening = (1 + r) / (1 - r);
  const degrees = Math.max(1, (n - fitted) / widening);
  const error = Math.sqrt(((squares / (n - fitted)) * widening) / spread);
  const half = tCritical(0.025, degrees) * error;
  const span = values.at(-1)!.at - values[0]!.at;
  return { change: slope * span, low: (slope - half) * span, high: (slope + half) * span, n };
}

const sum = <T>(items: readonly T[], of: (item: T, i: number) => number) =>
  items.reduce((total, item, i) => total + of(item, i), 0);
