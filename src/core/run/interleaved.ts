import type { Spec } from '../spec/spec';

/**
 * Two runs that are measured in one session, block by block. Each log is whole by itself; what the session does once (the energy
 * source, rests, how many blocks there are) both experiments must ask for alike.
 */

/** Which of the two: the first that was named, or the second. */
export type SideName = 'A' | 'B';

const sharedKeys = [
  ...(['source', 'perf', 'domains', 'allowMissing', 'powercapRoot', 'powerCurve', 'scope'] as const),
  ...(['idleSeconds', 'restSeconds', 'idleAt', 'heatSeconds', 'repeats', 'seed', 'order'] as const),
] satisfies (keyof Spec['measure'])[];

/** What two experiments would have to agree on to be measured in one session, as `measure.source (auto; powercap)`; empty: nothing more. */
export function disagreements(a: Spec, b: Spec): string[] {
  const text = (value: unknown) =>
    value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
  const told = (key: string, one: unknown, other: unknown) =>
    text(one) === text(other) ? [] : [`${key} (${text(one)}; ${text(other)})`];
  return [
    ...told('workload', a.workload, b.workload),
    ...told('imageSize', a.imageSize, b.imageSize),
    ...told('images.rect', a.images.rect, b.images.rect),
    ...sharedKeys.flatMap((key) => told(`measure.${key}`, a.measure[key], b.measure[key])),
  ];
}
