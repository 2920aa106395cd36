import { countedParts, instrumentsOf, isMeasured, partsBeside, sourcesOf } from './parts';
import type { Part, SourceRecord } from './source';

type Parts = Pick<SourceRecord, 'parts'>;
type Covered = Pick<SourceRecord, 'parts' | 'missing'>;

/**
 * The label that stands wherever a number made from the source does: `MEASURED powercap · 2 package + 2 dram`, with what
 * is estimated beside it and in no measured number.
 */
export function sourceLabel(source: Covered): string {
  const counted = countedParts(source);
  if (!isMeasured(source)) return `ESTIMATED ${estimateText(counted)}`;
  const measured = `MEASURED ${instrumentsOf(counted).join(' + ')} · ${countText(source, counted)}${missingText(source)}`;
  const beside = partsBeside(source);
  return beside.length === 0
    ? measured
    : `${measured}; beside it ESTIMATED ${estimateText(beside)} · ${countText(source, beside)}`;
}

/** `without dram-1`, where no joule holds domains that were asked for; null where all are there. */
export function withoutText({ missing = [] }: { missing?: readonly string[] | undefined }): string | null {
  return missing.length === 0 ? null : `without ${missing.join(' + ')}`;
}

/** What stands before a claim made from joules that are not measured, or not of all that was asked for; null: nothing. */
export function basisText(of: { estimated: boolean; missing: readonly string[] }): string | null {
  if (of.estimated) return 'Estimated from CPU time';
  const without = withoutText(of);
  return without === null ? null : `Measured ${without}`;
}

function missingText(source: Covered): string {
  const without = withoutText(source);
  return without === null ? '' : `, ${without}`;
}

/** In an order that does not hang on the order of the zones. */
function countText(source: Parts, parts: readonly Part[]): string {
  const kinds = new Set(['package', 'dram', ...source.parts.map((part) => part.kind)]);
  return [...kinds]
    .map((kind) => ({ kind, count: parts.filter((part) => part.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`)
    .join(' + ');
}

/** What estimated joules rest on; the estimate of this program is named by that. */
export function estimateText(parts: readonly Part[]): string {
  const others = sourcesOf(parts).filter((kind) => kind !== 'estimate');
  return others.length === 0 ? 'from CPU time' : `by ${sourcesOf(parts).join(' + ')}`;
}

/** Ids of the parts whose joules are counted. */
export const countedIds = (source: Parts): string[] => countedParts(source).map((part) => part.id);

/** What every joule made from the source holds: `gross energy of package-0 + dram-0`. */
export function energyBoundary(source: Covered): string {
  const ids = (parts: readonly Part[]) => parts.map((part) => part.id).join(' + ');
  const counted = countedParts(source);
  if (!isMeasured(source)) {
    return sourcesOf(counted).every((kind) => kind === 'estimate')
      ? 'gross energy of all packages, from CPU utilisation and a power curve'
      : `gross energy of ${ids(counted)}, estimated`;
  }
  const beside = partsBeside(source);
  return beside.length === 0
    ? `gross energy of ${ids(counted)}${missingText(source)}`
    : `gross energy of ${ids(counted)}${missingText(source)}, measured; ${ids(beside)} is estimated and only in the total that says PARTLY ESTIMATED`;
}
