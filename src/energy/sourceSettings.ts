import type { Asked, EnergySource } from './source';
import { energySources } from './sources';

/** What all kinds of sources record of the machine's settings, read or not in this run: a session's `environment` holds it. */
export function sourceSettings(
  asked: Asked,
  sources: readonly EnergySource[] = energySources,
): Record<string, unknown> {
  return Object.assign({}, ...sources.map((source) => source.settings?.(asked) ?? {}));
}
