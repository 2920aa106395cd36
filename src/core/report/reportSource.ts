import { isCounted, isMeasured, kindsOf } from '../energy/parts';
import type { Part, SourceRecord } from '../energy/source';
import { microjoulesOf } from '../energy/units';
import type { ReportSource } from './reportSchema';

/**
 * A source as reports have it: its parts, and beside them what version 1 of the JSON has always said of it, where a
 * domain is `added` when `joulesPerUnit` holds its joules.
 */
export function reportSource(source: SourceRecord): ReportSource {
  // Of the run: what it means stands among its conditions.
  const { parts, missing = [], filtering: _, ...rest } = source;
  return {
    kind: kindsOf(source),
    measured: isMeasured(source),
    domains: parts.map((part) => domainOf(part, isCounted(source, part))),
    curve: parts.find((part) => part.curve)?.curve ?? null,
    ...rest,
    missing,
    parts,
  };
}

function domainOf({ id, kind, scope, path, range, unit, limitWatts }: Part, added: boolean) {
  const microjoules = microjoulesOf(unit);
  const rangeMicrojoules = range === null || microjoules === null ? null : range * microjoules;
  return { id, kind, socket: scope.of === 'socket' ? scope.number : null, path, rangeMicrojoules, limitWatts, added };
}
