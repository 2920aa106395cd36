import type { Configuration } from '../../core/configuration/configuration';
import type { Run } from '../../core/run/fold';

/** Those that can run. */
export const candidatesOf = (run: Run): Configuration[] => run.configurations.filter((c) => !run.skipped.has(c.id));

/** Those that are measured on: all others may be what fails. */
export const unsettled = (run: Run): Configuration[] => candidatesOf(run).filter((c) => !run.settled.has(c.id));
