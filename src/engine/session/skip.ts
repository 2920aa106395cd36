import type { Configuration } from '../../core/configuration/configuration';
import type { Measuring } from './measuring';

/** Leaves a configuration out of the run, once, with its reason. */
export function skipConfiguration(
  m: Measuring,
  configuration: Configuration,
  problem: {
    reason: 'memory' | 'tensor-size' | 'model';
    message: string;
    code?: string;
    fix?: string | null;
    neededBytes?: number;
    availableBytes?: number;
  },
): void {
  if (m.run.skipped.has(configuration.id)) return;
  m.record({
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
