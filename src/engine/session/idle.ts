import { setTimeout as sleep } from 'node:timers/promises';
import { lookBackMs, windowEnergy } from '../../core/energy/energyWindow';
import { windowStart } from '../../core/energy/readings';
import { noted } from '../../core/run/conditions';
import { sleepText, sleptMs } from '../../core/values/machineStates';
import type { EnergyReader } from '../../energy/reader';
import type { Edges } from './agreement';
import { noteDoubts } from './doubts';
import type { Measuring } from './measuring';

/** A baseline that a counter failed in is measured again. */
const idleAttempts = 3;

/** Measures the machine at rest, where the experiment asks for it. `edges` is told where that begins and ends, each time. */
export async function measureIdle(m: Measuring, reader: EnergyReader, edges?: Edges): Promise<void> {
  const { idleSeconds } = m.run.spec.measure;
  if (idleSeconds === 0) return;
  for (let attempt = 1; attempt <= idleAttempts && !m.stop.aborted; attempt++) {
    m.record({ type: 'step', step: 'idle', detail: `${idleSeconds} s` });
    const before = m.machine.read();
    const start = reader.read();
    edges?.begin();
    await sleep(idleSeconds * 1000, null, { signal: m.stop }).catch(() => undefined);
    if (m.stop.aborted) return;
    const end = reader.read();
    edges?.end();
    const state = { start: before, end: m.machine.read() };
    await m.flushSamples();
    const around = m.samples(m.session, windowStart(start).monotonicMs - lookBackMs, end.monotonicMs);
    const energy = windowEnergy(m.source, start, around, end);
    const slept = sleptMs(state);
    if (energy.valid && slept === 0) {
      m.record({ type: 'idle.measured', start, end, state });
      const busy = noted.busyMachine(100 * energy.utilisation);
      if (busy) m.record({ type: 'warning', ...busy });
      noteDoubts(m, start.monotonicMs, end.monotonicMs);
      return;
    }
    if (attempt < idleAttempts) continue;
    const why = energy.valid ? sleepText(slept) : energy.message;
    m.record({ type: 'warning', ...noted.noIdle(why, m.run.workload.unit) });
  }
}
