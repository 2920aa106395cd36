import { join } from 'node:path';
import { namesIn, readWholeNumber } from '../../machine/smallFile';

/** The long-term power limit of each package in microwatts, by the folder name of its zone; null where it cannot be read. */
export function powerLimits(root: string): Record<string, number | null> {
  const zones = namesIn(root).filter((name) => /^intel-rapl:[0-9a-f]+$/.test(name));
  return Object.fromEntries(
    zones.map((zone) => [zone, readWholeNumber(join(root, zone, 'constraint_0_power_limit_uw'))]),
  );
}
