import { isReadSlowly } from '../core/energy/parts';
import type { Part, SourceRecord } from '../core/energy/source';
import { type EnergySource, SourceError } from './source';

/** One of the sources that are read together, with what it has described. */
export type Described = { source: EnergySource; record: SourceRecord };

/**
 * Several sources as one: the parts of all, in the order that they were asked for in. An estimate of what another one
 * measures stands beside it and is not added. Where two kinds use one name, both parts get their kind in front.
 *
 * @throws SourceError where two measure the same piece of the machine, or one pauses its count and another one does not
 */
export function composite(described: readonly Described[]): SourceRecord {
  const notes = described.flatMap(({ record }) => (record.reason === null ? [] : [record.reason]));
  const parts = described.flatMap(({ source, record }) => {
    const measuring = described.find((d) => isMeasuredBy(source, d.source));
    if (!measuring) return record.parts;
    notes.push(`${source.kind} is of what ${measuring.source.kind} measures: it is recorded and not added`);
    return record.parts.map((part) => ({ ...part, added: false }));
  });
  const twice = measuredTwice(parts);
  if (twice) {
    const [one, other] = twice.map(({ source, id }) => `${id} of ${source}`);
    throw new SourceError(
      'source-partial',
      `${one} and ${other} are the same piece of the machine: together they would count it twice`,
    );
  }
  const slow = parts.find((part) => isReadSlowly([part]));
  const beside = slow && parts.find((part) => part.measured && part.source !== slow.source);
  if (beside) {
    throw new SourceError(
      'source-partial',
      `${slow.source} ${slow.way ?? ''} pauses its count while it is read, so that ${beside.id} of ${beside.source} would be of another time: ask for one of them`,
    );
  }
  const filtering = described.find(({ record }) => record.filtering)?.record.filtering;
  const missing = [...new Set(described.flatMap(({ record }) => record.missing ?? []))];
  return {
    parts: parts.map((part) => named(part, parts)),
    reason: notes.length > 0 ? notes.join('; ') : null,
    ...(missing.length > 0 && { missing }),
    ...(filtering && { filtering }),
  };
}

const isMeasuredBy = (source: EnergySource, other: EnergySource) =>
  !source.measured && other.measured && other.covers === source.covers;

/** Two added parts of different kinds of sources that measure the same piece of the machine. */
function measuredTwice(parts: readonly Part[]): [Part, Part] | null {
  const counted = parts.filter((part) => part.added && part.measured);
  for (const [i, one] of counted.entries()) {
    const same = counted.slice(i + 1).find((other) => isSamePiece(one, other));
    if (same) return [one, same];
  }
  return null;
}

const isSamePiece = (one: Part, other: Part) =>
  one.source !== other.source &&
  one.kind === other.kind &&
  one.scope.of === other.scope.of &&
  one.scope.number === other.scope.number;

function named(part: Part, parts: readonly Part[]): Part {
  const isShared = parts.some((other) => other.id === part.id && other.source !== part.source);
  return isShared ? { ...part, id: `${part.source}:${part.id}` } : part;
}
