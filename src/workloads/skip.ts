import type { Configuration } from '../core/configuration/configuration';
import { ExpectedError } from '../core/failure/expectedError';
import type { EventOf } from '../core/run/events';
import type { EngineSession } from './workload';

/** Leaves a configuration out of the run, once, with its reason. */
export function skipConfiguration(
  { run, record }: Pick<EngineSession, 'run' | 'record'>,
  configuration: Configuration,
  problem: {
    reason: EventOf<'configuration.skipped'>['reason'];
    message: string;
    code?: string;
    fix?: string | null;
    neededBytes?: number;
    availableBytes?: number;
  },
): void {
  if (run.skipped.has(configuration.id)) return;
  record({
    type: 'configuration.skipped',
    configuration: configuration.id,
    reason: problem.reason,
    message: problem.message,
    code: problem.code ?? problem.reason,
    fix: problem.fix ?? null,
    neededBytes: problem.neededBytes ?? null,
    availableBytes: problem.availableBytes ?? null,
  });
}

/** The reasons themselves, each once: whoever reads this has seen nothing else yet. */
export function nothingRuns({ run }: Pick<EngineSession, 'run'>, code: 'model' | 'nothing-measured'): ExpectedError {
  const reasons = [...new Set([...run.skipped.values()].map((skipped) => skipped.message))];
  const models = [...new Set(run.configurations.map((c) => c.model))];
  const what = models.length === 1 ? `${models[0]} cannot be run here` : 'none of the models can be run here';
  return new ExpectedError(code, `${what}: ${reasons.join('; ')}`);
}
