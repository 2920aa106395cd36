import { isReadSlowly } from '../../core/energy/parts';
import { createBatchTimes, windowBatches } from '../../core/run/batchTimes';
import { createInputShapes } from '../../core/run/inputShapes';
import { openReader } from '../../energy/openReader';
import { monotonicMs } from '../../machine/clock';
import { peakRssBytes } from '../../machine/memory';
import type { Work } from '../../workloads/workload';
import { createPhaseMeter } from './phaseMeter';
import { say, type WholeJob } from './protocol';
import { type Standstills, watchdogShare } from './standstill';

/**
 * What a process does that is a window of its own: it loads its work, does one step of it, and ends. Whoever started it reads the
 * counters before and after. Nothing warms up.
 */
export async function workWhole(
  { source: { parts } }: WholeJob,
  open: () => Promise<Work>,
  { standstills, alive }: { standstills: Standstills; alive: () => void },
): Promise<void> {
  say({ type: 'began' });
  const fromMs = monotonicMs();
  const work = await open();
  say({ type: 'loaded' });
  // A slow instrument tells no phases apart, and would take a part of the window to be opened.
  const reader = isReadSlowly(parts) ? null : openReader(parts);
  const meter = reader && createPhaseMeter(reader, parts);
  const times = createBatchTimes();
  const inputs = createInputShapes();
  meter?.start();
  const done = await work.step({
    ran(ms, isWhole) {
      if (isWhole) times.add(ms);
      alive();
    },
    tookInput: (units, size) => inputs.add(units, size),
    phaseEnded: (phase) => meter?.ended(phase),
    // The sampling error of an accuracy is work of its own, which has no place in a window.
    foundAccuracy: () => undefined,
  });
  const phases = meter?.phases() ?? null;
  const stoodStillMs = standstills.longestMs(fromMs, monotonicMs());
  const { user, system } = process.cpuUsage();
  say({
    ...{ type: 'passed', work: done, ...windowBatches(times), cpuSeconds: (user + system) / 1e6 },
    ...(phases !== null && { phases }),
    ...inputs.told(),
    ...(stoodStillMs > 0 && { stoodStillMs }),
    ...watchdogShare(0, standstills),
    peakRssBytes: peakRssBytes(),
  });
  reader?.close();
}
