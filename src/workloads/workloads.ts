import { detection } from './detection/detection';
import type { Workload } from './workload';

/** Every kind of work that there is. */
export const workloads: readonly Workload[] = [detection];
