import type { EnergySource } from './source';

/** The label that stands wherever a number made from the source does: `MEASURED powercap · 2 package + 2 dram`. */
export function sourceLabel(source: EnergySource): string {
  if (!source.measured) return 'ESTIMATED from CPU time';
  const kinds = new Set(['package', 'dram', ...source.domains.map((d) => d.kind)]);
  const counts = [...kinds]
    .map((kind) => ({ kind, count: source.domains.filter((d) => d.added && d.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`);
  return `MEASURED ${source.kind} · ${counts.join(' + ')}`;
}

/** Ids of the domains whose joules are counted. */
export const addedDomains = (source: EnergySource): string[] => source.domains.filter((d) => d.added).map((d) => d.id);

/** What every joule made from the source holds: `gross energy of package-0 + dram-0`. */
export function energyBoundary(source: EnergySource): string {
  return source.measured
    ? `gross energy of ${addedDomains(source).join(' + ')}`
    : 'gross energy of all packages, from CPU utilisation and a power curve';
}
