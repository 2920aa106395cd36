import type { Interval } from '../../../src/core/statistics/interval';
import { shownEnds } from '../../../src/core/statistics/wording';
import { describeNumber } from '../../../src/core/words/units';
import { t } from '../../strings/strings';

/** `2.31 J/image, 95 % interval 2.280 to 2.340`; of few repeats, whose number `basis` tells, without it. */
export function withInterval(value: Interval, unit: string): string {
  const text = `${describeNumber(value.mean)} ${unit}`;
  const ends = shownEnds(value);
  return ends
    ? t('{0}, 95 % interval {1} to {2}', text, describeNumber(ends.low, 4), describeNumber(ends.high, 4))
    : t('{0}, no interval yet', text);
}

/** Of an error bar: none where `withInterval` says none. */
export const errorBar = (value: Interval): { low?: number; high?: number } => shownEnds(value) ?? {};

/** The source of a number and the trials behind it. */
export function basis(n: number, source: string): string {
  return t('n = {0} · {1}', n, source);
}

/** Spreads wide enough for a logarithmic axis. */
export function wide(values: readonly number[]): boolean {
  const positive = values.filter((v) => v > 0);
  return positive.length > 1 && Math.max(...positive) / Math.min(...positive) > 30;
}

/** Ticks of a logarithmic axis at 1, 2 and 5 only. */
export function logTick(value: number): string {
  const leading = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  return [1, 2, 5].some((d) => Math.abs(leading - d) < 1e-6) ? describeShort(value) : '';
}

export function describeShort(value: number): string {
  return Number(value.toPrecision(4)).toString();
}
