import { doubtsOf } from '../../core/energy/counterTrust';
import { noted } from '../../core/run/conditions';
import type { Measuring } from './measuring';

/** Looks at how the counters moved between two times; what is odd about them is noted in the log, each kind once a run. */
export function noteDoubts(
  { run, session, source, samples, record }: Pick<Measuring, 'run' | 'session' | 'source' | 'samples' | 'record'>,
  fromMs: number,
  toMs: number,
): void {
  const known = new Set(run.warnings.map(({ code }) => code));
  for (const doubt of doubtsOf(source, samples(session, fromMs, toMs))) {
    const condition = noted.doubt(doubt, run.spec.measure.windowSeconds);
    if (!known.has(condition.code)) record({ type: 'warning', ...condition });
  }
}
