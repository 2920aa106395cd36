import { noted } from '../../core/run/conditions';
import { heaterOf } from '../../core/run/plan';
import { unsettled } from './candidates';
import type { Side } from './measuring';
import { placementOf } from './placement';
import { trialJob } from './trialJob';

/**
 * Loads the machine after a rest, so that the first trial of a block finds it as warm, and its power limits' budget as spent, as all others
 * do. Where that fails the block goes on, and the log says so.
 */
export async function heat(sides: readonly Side[], beforeBlock: number): Promise<void> {
  const heater = heaterOf(sides.flatMap(({ m }) => unsettled(m.run)));
  const owner = sides.find(({ m }) => heater && m.run.configurations.includes(heater));
  if (!heater || !owner) return;
  const { m, prepared } = owner;
  const seconds = m.run.spec.measure.heatSeconds ?? m.heatSeconds;
  if (seconds === 0) return;
  for (const { m: each } of sides) each.record({ type: 'step', step: 'heat', detail: `${seconds} s` });
  const placed = placementOf(heater, m.run.spec.measure.pin, m.usableCpus);
  if ('problem' in placed) throw new Error(placed.problem);
  // Windows that are whole processes have no warm-up, but the machine needs one.
  const job = { ...trialJob(m, prepared, heater), wholeProcess: false, warmupSeconds: seconds, windows: 0 };
  let warmupMs: number | null = null;
  const end = await m.runTrial(job, {
    ...{ stop: m.stop, timeoutSeconds: m.run.spec.measure.trialTimeoutSeconds, cpus: placed.cpus },
    onStart: () => undefined,
    onMessage(message) {
      if (message.type === 'finished') warmupMs = message.warmupMs;
    },
  });
  if (end.kind === 'stopped') return;
  for (const { m: each } of sides) {
    if (end.kind === 'done' && warmupMs !== null)
      each.record({ type: 'machine.heated', beforeBlock, configuration: heater.id, seconds: warmupMs / 1000 });
    else
      each.record({
        type: 'warning',
        ...noted.notHeated(end.kind === 'failed' ? end.message : 'it said nothing', beforeBlock),
      });
  }
}
