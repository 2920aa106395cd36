import { type FactorKey, factors } from '../core/configuration/factors';
import type { Spec } from '../core/spec/spec';
import { didYouMean, type SpecIssue } from '../core/spec/specIssues';
import { workloads } from './workloads';

/** What keeps the workload that a valid experiment names from measuring it, and what is probably not meant. */
export function checkExperiment(spec: Spec, baseFolder: string): { errors: SpecIssue[]; warnings: SpecIssue[] } {
  const workload = workloads.find(({ name }) => name === spec.workload);
  if (!workload) {
    const names = workloads.map(({ name }) => name);
    const message = `there is no workload ${JSON.stringify(spec.workload)}${didYouMean(spec.workload, names)}`;
    return { errors: [{ path: ['workload'], at: 'value', message, allowed: names.join(', ') }], warnings: [] };
  }
  const needless = factors.flatMap(({ key }): SpecIssue[] => {
    if (workload.factors.includes(key) || (spec[listOf[key]] ?? []).length < 2) return [];
    const message = `makes no difference to the workload ${workload.name}: several values would measure the same`;
    return [{ path: [listOf[key]], at: 'value', message, allowed: 'one value' }];
  });
  const { errors, warnings } = workload.check?.(spec, baseFolder) ?? { errors: [], warnings: [] };
  return { errors: [...needless, ...errors], warnings };
}

/** Where an experiment lists the values of each factor. */
const listOf = {
  model: 'models',
  batchSize: 'batchSizes',
  threads: 'threads',
  spinning: 'spinning',
} as const satisfies Record<FactorKey, keyof Spec>;
