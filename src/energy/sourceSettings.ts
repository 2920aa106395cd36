import type { Asked, EnergySource } from './source';
import { energySources } from './sources';

/** Longest time window over which the machine's power limits are kept, in seconds, whichever source knows it; null where none does. */
export function limitWindowSeconds(asked: Asked, sources: readonly EnergySource[] = energySources): number | null {
  const windows = sources.flatMap((source) => source.limitWindowSeconds?.(asked) ?? []);
  return windows.length > 0 ? Math.max(...windows) : null;
}

/** Long-term power limits of packages in watts, by the part's id, whichever source knows them. */
export function sustainedWatts(asked: Asked, sources: readonly EnergySource[] = energySources): Record<string, number> {
  return Object.assign({}, ...sources.map((source) => source.sustainedWatts?.(asked) ?? {}));
}

/** What all kinds of sources record of the machine's settings, read or not in this run: a session's `environment` holds it. */
export function sourceSettings(
  asked: Asked,
  sources: readonly EnergySource[] = energySources,
): Record<string, unknown> {
  return Object.assign({}, ...sources.map((source) => source.settings?.(asked) ?? {}));
}
