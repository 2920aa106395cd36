import { ExpectedError } from '../../core/failure/expectedError';
import type { EnergySource } from '../../core/energy/source';
import type { Run } from '../../core/run/fold';

/** Joules of two sources, of different counters, or of different power curves are never put into one comparison. */
export function refuseOtherSource(run: Pick<Run, 'source'>, source: EnergySource): void {
  if (!run.source) return;
  const added = (s: EnergySource) => s.domains.filter((d) => d.added);
  const identity = (s: EnergySource) =>
    JSON.stringify([
      s.kind,
      added(s).map((d) => [d.id, d.path, d.rangeMicrojoules]),
      s.curve?.idleWatts,
      s.curve?.maxWatts,
    ]);
  if (identity(run.source) === identity(source)) return;
  const describe = (s: EnergySource) =>
    s.curve
      ? `the estimate from ${s.curve.idleWatts} to ${s.curve.maxWatts} W`
      : `${s.kind} (${added(s)
          .map((d) => d.path ?? d.id)
          .join(', ')})`;
  throw new ExpectedError(
    'source-changed',
    `this run was begun with ${describe(run.source)}, but now there is ${describe(source)}${source.reason ? `: ${source.reason}` : ''}. Start a new run, or restore the source ("greenbatch doctor")`,
  );
}
