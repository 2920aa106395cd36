import { readSmallFile } from './smallFile';

/**
 * The kernel's perf_event_paranoid: at 0 and below everyone may count events of all processes, above it root and CAP_PERFMON
 * alone (Documentation/admin-guide/perf-security.rst). null where the kernel has no perf.
 */
export function perfParanoid(file = '/proc/sys/kernel/perf_event_paranoid'): number | null {
  const { text } = readSmallFile(file);
  return text !== null && /^-?\d{1,9}$/.test(text) ? Number(text) : null;
}
