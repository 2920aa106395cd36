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
 * @param all the runs whose machine it is: each log has it
 * @param beforeBlock the block that follows
 * @param edges told where the baseline begins and ends, each time
 */
export async function measureIdle(all: readonly Measuring[], beforeBlock: number, edges?: Edges): Promise<void> {
  const m = all[0]!;
  const { idleSeconds, restSeconds } = m.run.spec.measure;
  if (idleSeconds === 0) return;
  if (restSeconds > 0) {
    for (const { record } of all) record({ type: 'step', step: 'rest', detail: `${restSeconds} s` });
    await m.sleep(restSeconds);
  }
  for (let attempt = 1; attempt <= idleAttempts && !m.stop.aborted; attempt++) {
    for (const { record } of all) record({ type: 'step', step: 'idle', detail: `${idleSeconds} s` });
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
      const busy = noted.busyMachine(100 * energy.utilisation);
      for (const each of all) {
        each.record({ type: 'idle.measured', start, end, beforeBlock, state });
        if (busy && !each.run.warnings.some(({ code }) => code === busy.code))
          each.record({ type: 'warning', ...busy });
        noteDoubts(each, start.monotonicMs, end.monotonicMs);
      }
      return;
    }
    if (attempt < idleAttempts) continue;
    const why = energy.valid ? sleepText(slept) : energy.message;
    for (const { run, record } of all)
      record({ type: 'warning', ...noted.noIdle(why, run.workload.unit, beforeBlock) });
  }
}
