import type { Configuration } from '../../core/configuration/configuration';
import type { Prepared } from '../../workloads/workload';
import type { MeasureJob } from '../trial/protocol';
import type { Measuring } from './measuring';

/** What the process of a trial is told to do. */
export function trialJob(
  { run, source, heatSeconds, sustainedWatts }: Pick<Measuring, 'run' | 'source' | 'heatSeconds' | 'sustainedWatts'>,
  prepared: Prepared,
  configuration: Configuration,
): MeasureJob {
  const { warmupSeconds, windowSeconds, windows, idleAt, heatSeconds: given } = run.spec.measure;
  return {
    ...{ kind: 'measure', workload: run.workload.name, told: prepared.trialJob(configuration) },
    ...{ source, warmupSeconds, windowSeconds, windows, instances: configuration.instances },
    ...(prepared.wholeProcess && { wholeProcess: true }),
    // A quick look has not the time.
    ...(idleAt === 'blocks' &&
      Object.keys(sustainedWatts).length > 0 && {
        sustained: { watts: sustainedWatts, mostSeconds: given ?? heatSeconds },
      }),
  };
}
