import { join } from 'node:path';
import { namesIn, readSmallFile, readWholeNumber } from '../../machine/smallFile';

/** The long-term power limit of each package in microwatts, by the folder name of its zone; null where it cannot be read. */
export function powerLimits(root: string): Record<string, number | null> {
  return Object.fromEntries(
    packageZones(root).map((zone) => [zone, readWholeNumber(join(root, zone, 'constraint_0_power_limit_uw'))]),
  );
}

/** The limits of each package beside that one (over milliseconds, at peaks), by zone and constraint, as above. */
export function furtherLimits(root: string): Record<string, number | null> {
  return Object.fromEntries(
    packageZones(root).flatMap((zone) =>
      namesIn(join(root, zone)).flatMap((file) => {
        const [, constraint] = /^(constraint_[1-9])_power_limit_uw$/.exec(file) ?? [];
        return constraint === undefined ? [] : [[`${zone} ${constraint}`, readWholeNumber(join(root, zone, file))]];
      }),
    ),
  );
}

/** Longest time window over which any limit of a package is kept, in seconds; null where none is named. */
export function limitWindowSeconds(root: string): number | null {
  const windows = packageZones(root).flatMap((zone) =>
    namesIn(join(root, zone))
      .filter((name) => /^constraint_\d+_time_window_us$/.test(name))
      .map((name) => readWholeNumber(join(root, zone, name)) ?? 0),
  );
  const longest = Math.max(0, ...windows);
  return longest > 0 ? longest / 1e6 : null;
}

/** Long-term limits of packages in watts, by their names (`package-0`); without those that are not in force. */
export function sustainedWatts(root: string): Record<string, number> {
  return Object.fromEntries(
    packageZones(root).flatMap((zone) => {
      const name = readSmallFile(join(root, zone, 'name')).text;
      const isLongTerm = readSmallFile(join(root, zone, 'constraint_0_name')).text === 'long_term';
      const isInForce = readWholeNumber(join(root, zone, 'enabled')) !== 0;
      const limit = readWholeNumber(join(root, zone, 'constraint_0_power_limit_uw'));
      return name?.startsWith('package-') && isLongTerm && isInForce && limit ? [[name, limit / 1e6]] : [];
    }),
  );
}

const packageZones = (root: string) => namesIn(root).filter((name) => /^intel-rapl:[0-9a-f]+$/.test(name));
