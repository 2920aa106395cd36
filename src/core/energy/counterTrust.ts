import { countedParts } from './parts';
import type { Part, Reading, SourceRecord } from './source';
import { cpuTime } from './units';

/**
 * What a series of readings says of the counters themselves, whatever their joules: two that are one register, and one that
 * moves so seldom that the edges of a window cannot be told. Both pass every test of a single counter.
 */

/** Fewer moves than this prove nothing. */
const fewestMoves = 10;
/** RAPL's registers move every millisecond: of readings 100 ms apart all see it. */
const movedShare = 0.7;

export type Doubt =
  /** `id` rises by exactly what `of` does. */
  | { kind: 'mirrored'; id: string; of: string }
  /** It moves only every so many seconds. */
  | { kind: 'coarse'; id: string; seconds: number };

/** @param all readings of one process, ten a second */
export function doubtsOf(source: Pick<SourceRecord, 'parts'>, all: readonly Reading[]): Doubt[] {
  // What a program prints ten times a second is at times read twice.
  const readings = all.filter(({ monotonicMs }, i) => monotonicMs !== all[i - 1]?.monotonicMs);
  const counters = countedParts(source)
    .filter((part) => part.unit !== cpuTime)
    .map((part) => ({ part, steps: stepsOf(readings, source.parts.indexOf(part)) }));
  const mirrored = counters.flatMap((counter, i): Doubt[] => {
    const original = counters.slice(0, i).find((other) => isMirror(other, counter));
    return original ? [{ kind: 'mirrored', id: counter.part.id, of: original.part.id }] : [];
  });
  const spanMs = (readings.at(-1)?.monotonicMs ?? 0) - (readings[0]?.monotonicMs ?? 0);
  const coarse = counters.flatMap(({ part, steps }): Doubt[] => {
    const moves = steps.filter((step) => step !== 0).length;
    const isCoarse = moves > 0 && steps.length >= 2 * fewestMoves && moves < movedShare * steps.length;
    return isCoarse ? [{ kind: 'coarse', id: part.id, seconds: spanMs / moves / 1000 }] : [];
  });
  return [...mirrored, ...coarse];
}

/** What the counter rose by from reading to reading, in its own unit; readings that lack it are passed over. */
function stepsOf(readings: readonly Reading[], index: number): number[] {
  const values = readings.flatMap((reading) => reading.counters[index] ?? []);
  return values.slice(1).map((value, i) => value - values[i]!);
}

type Counter = { part: Part; steps: readonly number[] };

/** Printed in hundredths of a joule two sockets at rest are alike. */
const isRounded = ({ printed }: Part) => printed !== undefined && printed.resolution > 1;

/** Two sockets never use the same to the last count of their registers, again and again. */
function isMirror(one: Counter, other: Counter): boolean {
  return (
    one.part.kind === other.part.kind &&
    !isRounded(one.part) &&
    one.steps.length === other.steps.length &&
    one.steps.filter((step) => step !== 0).length >= fewestMoves &&
    one.steps.every((step, i) => step === other.steps[i])
  );
}
