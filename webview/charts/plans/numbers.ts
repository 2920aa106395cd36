import type { Interval } from '../../../src/core/statistics/interval';
import { describeNumber } from '../../../src/core/words/units';
import { t } from '../../strings/strings';

/** `2.31 J/image, 95 % interval 2.280 to 2.340`. */
export function withInterval(value: Pick<Interval, 'mean' | 'low' | 'high'>, unit: string): string {
  const { mean, low, high } = value;
  const text = `${describeNumber(mean)} ${unit}`;
  return low === null || high === null
    ? t('{0}, no interval yet', text)
    : t('{0}, 95 % interval {1} to {2}', text, describeNumber(low, 4), describeNumber(high, 4));
}

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
