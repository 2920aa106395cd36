import { doubtsOf } from '../../core/energy/counterTrust';
import { noted } from '../../core/run/conditions';
import type { Measuring } from './measuring';

/** Looks at how the counters moved between two times; what is odd about them is noted in the log, once a run. */
export function noteDoubts(
  { run, session, source, samples, record }: Pick<Measuring, 'run' | 'session' | 'source' | 'samples' | 'record'>,
  fromMs: number,
  toMs: number,
): void {
  for (const doubt of doubtsOf(source, samples(session, fromMs, toMs))) {
    const condition = noted.doubt(doubt, run.spec.measure.windowSeconds);
    const isKnown = run.warnings.some(
      ({ code, message }) => code === condition.code && message.startsWith(`${doubt.id} `),
    );
    if (!isKnown) record({ type: 'warning', ...condition });
  }
}
