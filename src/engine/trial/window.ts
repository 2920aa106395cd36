import { windowStart } from '../../core/energy/readings';
import { createBatchTimes, windowBatches } from '../../core/run/batchTimes';
import type { EventOf } from '../../core/run/events';
import { createInputShapes } from '../../core/run/inputShapes';
import { monotonicMs } from '../../machine/clock';
import type { StepWatch, TellAccuracy, Work } from '../../workloads/workload';
import type { PhaseMeter } from './phaseMeter';
import { type Standstills, watchdogShare } from './standstill';

type MeasuredWindow = {
  window: Omit<EventOf<'trial.window'>, 'type' | 'at' | 'trial' | 'window'>;
  /** What a step found out on the way. */
  tellAccuracy: TellAccuracy | null;
};

/**
 * Whole steps until `windowSeconds` are over. The counters are read right before the first and right after the last, and
 * in between nothing is said but signs of life.
 *
 * @param alive a sign of life, for each batch
 */
export async function measureWindow(
  work: Pick<Work, 'step'>,
  { meter, standstills, alive }: { meter: PhaseMeter; standstills: Standstills; alive: () => void },
  windowSeconds: number,
): Promise<MeasuredWindow> {
  const times = createBatchTimes();
  const inputs = createInputShapes();
  let tellAccuracy = null as MeasuredWindow['tellAccuracy'];
  const watch: StepWatch = {
    ran(ms, isWhole) {
      if (isWhole) times.add(ms);
      alive();
    },
    tookInput: (units, size) => inputs.add(units, size),
    phaseEnded: (phase) => meter.ended(phase),
    foundAccuracy(tell) {
      tellAccuracy ??= tell;
    },
  };
  let done = 0;
  const start = meter.start();
  // What a slow reading takes of the CPU is of no window.
  const cpu = process.cpuUsage();
  const watchdogMs = standstills.ownCpuMs();
  const until = windowStart(start).monotonicMs + windowSeconds * 1000;
  do {
    done += await work.step(watch);
    inputs.stepEnded();
  } while (monotonicMs() < until);
  const used = process.cpuUsage(cpu);
  const watchdogUsed = watchdogShare(watchdogMs, standstills);
  const end = meter.end();
  const phases = meter.phases();
  const stoodStillMs = standstills.longestMs(start.monotonicMs, end.monotonicMs);
  return {
    window: {
      ...{ start, end, work: done, ...windowBatches(times), cpuSeconds: (used.user + used.system) / 1e6 },
      ...(phases !== null && { phases }),
      ...inputs.told(),
      ...(stoodStillMs > 0 && { stoodStillMs }),
      ...watchdogUsed,
    },
    tellAccuracy,
  };
}
