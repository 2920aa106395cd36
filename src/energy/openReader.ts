import type { Part } from '../core/energy/source';
import { type EnergyReader, readCounters } from './reader';
import { readSlowly } from './slowReader';
import type { EnergySource } from './source';
import { energySources } from './sources';

/**
 * Opens the recorded parts of a source, whatever kinds they are of, for readings of all at once; in any process.
 *
 * @param use edges of windows; or a series, for which a slow instrument stops nothing and says what it said last
 */
export function openReader(
  parts: readonly Part[],
  use: 'edges' | 'series' = 'edges',
  sources: readonly EnergySource[] = energySources,
): EnergyReader {
  const slow = sources.find((source) => parts.some((part) => isSlowOf(source, part)))?.slow;
  if (slow) {
    const own = parts.filter((part) => slow.has(part));
    return readSlowly(parts, own, slow.open(own, use));
  }
  return readCounters(parts, (part) => {
    const source = sources.find(({ kind }) => kind === part.source);
    if (!source) throw new Error(`${part.id}: this program has no energy source ${part.source}`);
    return source.open(part);
  });
}

const isSlowOf = ({ kind, slow }: EnergySource, part: Part) => part.source === kind && slow?.has(part) === true;
