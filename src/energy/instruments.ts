import type { Part, SourceRecord } from '../core/energy/source';
import { ExpectedError } from '../core/failure/expectedError';
import { openReader } from './openReader';
import { isKernelsPmu, pmuFolder } from './perf/pmu';
import { perf } from './perf/perfSource';
import { isKernelsTree, powercapRoot } from './powercap/powercap';
import { powercap } from './powercap/powercapSource';
import type { EnergyReader } from './reader';
import type { Asked } from './source';

/** powercap and perf's events, to be read by one reader: each reading has all counters of both, microseconds apart. */
export type Instruments = { parts: Part[]; reader: EnergyReader };

/**
 * Opens both instruments for a run that measures by one of them, whichever that is; takes up to 2.4 s.
 *
 * @returns null where only one can be read, or the run measures by neither
 */
export async function openInstruments(source: SourceRecord, { measure, env }: Asked): Promise<Instruments | null> {
  const isMeasuredByOne = source.parts.some((part) => part.added && [powercap.kind, perf.kind].includes(part.source));
  if (!isMeasuredByOne || !areOfOneMachine({ measure, env })) return null;
  // Whatever way the run reads perf: a program is slow to be read, and is not what powercap is held against.
  const asked = { measure: { ...measure, perf: 'event' as const }, env };
  const parts: Part[] = [];
  for (const instrument of [powercap, perf]) {
    try {
      parts.push(...(await instrument.describe(asked)).parts);
    } catch (error) {
      // Also where what may be missing of the one is a domain that the other cannot have: that one is not what is measured by.
      if (error instanceof ExpectedError) return null;
      throw error;
    }
  }
  return { parts, reader: openReader(parts) };
}

/** Both are the kernel's own, or both were made up: of one and the other nothing could be said. */
export function areOfOneMachine({ measure, env }: Asked): boolean {
  return isKernelsTree(powercapRoot(measure, env)) === isKernelsPmu(pmuFolder(env));
}
