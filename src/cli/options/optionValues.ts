import { CliError } from './cliError';

/** The values of options, which arrive as text. What is none that is allowed is refused (exit code 2), never guessed. */

/** Digits alone: no sign, no fraction, no exponent. */
export function wholeNumber(option: string, text: string, least = 1, most = 999_999): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new CliError(`${option} ${text}; allowed: a whole number from ${least} to ${most}`);
  return value;
}

export function oneOf<const T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === text);
  if (found === undefined) throw new CliError(`${option} ${text}; allowed: ${allowed.join(', ')}`);
  return found;
}

/** A number of seconds, also a broken one. */
export function seconds(option: string, text: string): number {
  if (!/^\d{1,9}(\.\d+)?$/.test(text)) throw new CliError(`${option} ${text}; allowed: a number of seconds from 0`);
  return Number(text);
}

/** A number from 0 to 1. */
export function share(option: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= 0 && value <= 1)) throw new CliError(`${option} ${text}; allowed: 0 to 1`);
  return value;
}

/** A number above 0, also in exponent form. */
export function aboveZero(option: string, text: string): number {
  const value = /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0) || !Number.isFinite(value)) throw new CliError(`${option} ${text}; allowed: a number above 0`);
  return value;
}
