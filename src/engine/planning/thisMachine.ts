import { constants } from 'node:buffer';
import { statfsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { hostname } from 'node:os';
import { fixOf } from '../../core/energy/diagnosisText';
import type { Counters, PlanMachine } from '../../core/plan/machine';
import { heatSecondsFor } from '../../core/run/duration';
import type { Spec } from '../../core/spec/spec';
import { diagnose } from '../../energy/doctor';
import { limitWindowSeconds } from '../../energy/sourceSettings';
import { availableBytes } from '../../machine/memory';
import { processorOf } from '../../machine/processor';
import { physicalCores, usableCpus } from '../../machine/topology';

/** This machine, as a plan has to know it. Takes a second or two: energy counters are looked at. */
export async function thisMachine({ measure }: Spec, cacheFolder: string, env = process.env): Promise<PlanMachine> {
  const { cpuModel, sockets, logicalCpus } = processorOf();
  const cores = physicalCores();
  return {
    ...{ name: hostname(), described: false, processor: cpuModel, sockets, cores },
    threads: usableCpus().length || logicalCpus,
    ...{ memoryBytes: totalmem(), availableBytes: availableBytes(measure.memoryLimitMegabytes) },
    ...{ gflopsPerCore: null, speeds: null },
    counters: await countersOf(measure, env),
    heatSeconds: heatSecondsFor(limitWindowSeconds({ measure, env })),
    freeDiskBytes: freeBytes(cacheFolder),
    mostTensorBytes: constants.MAX_LENGTH,
  };
}

/** In one line, as the doctor says it at length. */
async function countersOf(measure: Spec['measure'], env: NodeJS.ProcessEnv): Promise<Counters> {
  const asked = [measure.source].flat();
  const diagnosis = await diagnose(measure, { env });
  const { sources } = diagnosis;
  const readable = { state: 'readable', problem: null, fix: null } as const;
  if (measure.source === 'auto') {
    if (sources.some(({ measured, usable }) => measured && usable)) return readable;
    const first = sources.find(({ measured }) => measured);
    const why = first?.reason ?? 'this program has no source that measures';
    return { state: 'missing', problem: firstSentence(why), fix: fixOf(diagnosis) };
  }
  const closed = sources.find(({ kind, usable }) => asked.includes(kind) && !usable);
  if (!closed) return readable;
  return {
    state: 'missing',
    problem: firstSentence(closed.reason ?? `${closed.kind} cannot be used`),
    fix: closed.fix,
  };
}

/** The rest is the doctor's. */
const firstSentence = (text: string) => text.split(/(?<=[.:;]) /)[0]!.replace(/[.:;]$/, '');

/** Of the nearest folder that is there; null where the system does not tell. */
function freeBytes(folder: string): number | null {
  for (let at = resolve(folder); ; at = dirname(at)) {
    try {
      const { bavail, bsize } = statfsSync(at);
      return bavail * bsize;
    } catch {
      if (dirname(at) === at) return null;
    }
  }
}
