import { ExpectedError } from '../core/failure/expectedError';
import type { Workload } from './workload';
import { workloads } from './workloads';

/**
 * The workload that an experiment or a run names.
 *
 * @throws ExpectedError `experiment` that lists those there are
 */
export function workloadNamed(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name);
  if (found) return found;
  const names = workloads.map((workload) => workload.name).join(', ');
  throw new ExpectedError('experiment', `there is no workload ${JSON.stringify(name)}; there are: ${names}`);
}
