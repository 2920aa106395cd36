/** Small runtime checks of structure, for messages that cross a border. Each is a type guard and never throws on data. */
export type Shape<T> = (value: unknown) => value is T;

const guard = <T>(check: (value: unknown) => boolean) => check as Shape<T>;

/** Longest text and list that a message may hold: beyond it something is wrong, and drawing would only hang. */
const longestText = 1_000_000;
const longestList = 100_000;

export const text = guard<string>((v) => typeof v === 'string' && v.length <= longestText);
export const flag = guard<boolean>((v) => typeof v === 'boolean');
/** Finite: JSON has no other. */
export const number = guard<number>((v) => typeof v === 'number' && Number.isFinite(v));
export const unknownRecord = guard<Record<string, unknown>>((v) => isPlain(v));

export const within = (least: number, most: number) =>
  guard<number>((v) => typeof v === 'number' && v >= least && v <= most);
export const whole = (least: number, most: number) =>
  guard<number>((v) => Number.isInteger(v) && (v as number) >= least && (v as number) <= most);
export const oneOf = <const T extends string | number | boolean>(...values: T[]) =>
  guard<T>((v) => values.includes(v as T));
export const nullable = <T>(shape: Shape<T>) => guard<T | null>((v) => v === null || shape(v));
export const optional = <T>(shape: Shape<T>) => guard<T | undefined>((v) => v === undefined || shape(v));
export const either = <A, B>(a: Shape<A>, b: Shape<B>) => guard<A | B>((v) => a(v) || b(v));
export const list = <T>(item: Shape<T>) =>
  guard<T[]>((v) => Array.isArray(v) && v.length <= longestList && everyOne(v, item));
export const record = <T>(item: Shape<T>) =>
  guard<Record<string, T>>((v) => isPlain(v) && Object.values(v).every((entry) => item(entry)));

/** Every key of T must be named, so a field that is added to a type is not forgotten here. Further keys are allowed. */
export const object = <T extends object>(fields: { [K in keyof T]-?: Shape<T[K]> }) => {
  const checks = Object.entries(fields) as [string, Shape<unknown>][];
  return guard<T>((v) => isPlain(v) && checks.every(([key, check]) => check(v[key])));
};

export function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `every` passes over holes, which arrays of another realm may have. */
function everyOne(values: readonly unknown[], item: Shape<unknown>): boolean {
  for (let i = 0; i < values.length; i++) if (!item(values[i])) return false;
  return true;
}
