import { lookBackMs, windowEnergy } from '../../core/energy/energyWindow';
import { windowStart } from '../../core/energy/readings';
import { noted } from '../../core/run/conditions';
import { sleepText, sleptMs } from '../../core/values/machineStates';
import type { Edges } from './agreement';
import { noteDoubts } from './doubts';
import type { Measuring } from './measuring';

/** A baseline that a counter failed in is measured again. */
const idleAttempts = 3;

/**
 * Measures the machine at rest, after a rest, where the experiment asks for it.
 *
 * @param beforeBlock the block that follows
 * @param edges told where the baseline begins and ends, each time
 */
export async function measureIdle(m: Measuring, beforeBlock: number, edges?: Edges): Promise<void> {
  const { idleSeconds, restSeconds } = m.run.spec.measure;
  if (idleSeconds === 0) return;
  if (restSeconds > 0) {
    m.record({ type: 'step', step: 'rest', detail: `${restSeconds} s` });
    await m.sleep(restSeconds);
  }
  for (let attempt = 1; attempt <= idleAttempts && !m.stop.aborted; attempt++) {
    m.record({ type: 'step', step: 'idle', detail: `${idleSeconds} s` });
    const before = m.machine.read();
    const start = m.reader.read();
    edges?.begin();
    await m.sleep(idleSeconds);
    if (m.stop.aborted) return;
    const end = m.reader.read();
    edges?.end();
    const state = { start: before, end: m.machine.read() };
    await m.flushSamples();
    const around = m.samples(m.session, windowStart(start).monotonicMs - lookBackMs, end.monotonicMs);
    const energy = windowEnergy(m.source, start, around, end);
    const slept = sleptMs(state);
    if (energy.valid && slept === 0) {
      m.record({ type: 'idle.measured', start, end, beforeBlock, state });
      const busy = noted.busyMachine(100 * energy.utilisation);
      if (busy && !m.run.warnings.some(({ code }) => code === busy.code)) m.record({ type: 'warning', ...busy });
      noteDoubts(m, start.monotonicMs, end.monotonicMs);
      return;
    }
    if (attempt < idleAttempts) continue;
    const why = energy.valid ? sleepText(slept) : energy.message;
    m.record({ type: 'warning', ...noted.noIdle(why, m.run.workload.unit, beforeBlock) });
  }
}
