import type { Configuration } from '../../core/configuration/configuration';
import type { Prepared } from '../../workloads/workload';
import type { MeasureJob } from '../trial/protocol';
import type { Measuring } from './measuring';

/** What the process of a trial is told to do. */
export function trialJob(
  { run, source }: Pick<Measuring, 'run' | 'source'>,
  prepared: Prepared,
  configuration: Configuration,
): MeasureJob {
  const { warmupSeconds, windowSeconds, windows } = run.spec.measure;
  return {
    ...{ kind: 'measure', workload: run.workload.name, told: prepared.trialJob(configuration) },
    ...{ source, warmupSeconds, windowSeconds, windows, instances: configuration.instances },
  };
}
