import type { Part } from '../core/energy/source';
import { type EnergyReader, readCounters } from './reader';
import { energySources } from './sources';

/** Opens the recorded parts of a source, whatever kinds they are of, for readings of all at once; in any process. */
export function openReader(parts: readonly Part[]): EnergyReader {
  return readCounters(parts, (part) => {
    const source = energySources.find(({ kind }) => kind === part.source);
    if (!source) throw new Error(`${part.id}: this program has no energy source ${part.source}`);
    return source.open(part);
  });
}
