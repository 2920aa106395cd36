import type { Part, SourceRecord } from '../core/energy/source';
import type { EnergySource } from './source';

/** One of the sources that are read together, with what it has described. */
export type Described = { source: EnergySource; record: SourceRecord };

/**
 * Several sources as one: the parts of all, in the order that they were asked for in. An estimate of what another one
 * measures stands beside it and is not added. Where two kinds use one name, both parts get their kind in front.
 */
export function composite(described: readonly Described[]): SourceRecord {
  const notes = described.flatMap(({ record }) => (record.reason === null ? [] : [record.reason]));
  const parts = described.flatMap(({ source, record }) => {
    const measuring = described.find((d) => isMeasuredBy(source, d.source));
    if (!measuring) return record.parts;
    notes.push(`${source.kind} is of what ${measuring.source.kind} measures: it is recorded and not added`);
    return record.parts.map((part) => ({ ...part, added: false }));
  });
  return { parts: parts.map((part) => named(part, parts)), reason: notes.length > 0 ? notes.join('; ') : null };
}

const isMeasuredBy = (source: EnergySource, other: EnergySource) =>
  !source.measured && other.measured && other.covers === source.covers;

function named(part: Part, parts: readonly Part[]): Part {
  const isShared = parts.some((other) => other.id === part.id && other.source !== part.source);
  return isShared ? { ...part, id: `${part.source}:${part.id}` } : part;
}
