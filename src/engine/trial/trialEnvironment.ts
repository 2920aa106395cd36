/**
 * What the process of a trial finds in its environment, beside what the engine has; what a user has set stands.
 *
 * The C library maps each large block anew and the kernel clears it page by page when it is touched: a fault for every
 * 4 KiB of every output that is copied into JavaScript. So large blocks come from the heap too, and the heap does not shrink
 * (mallopt(3); only the GNU C library reads these).
 */
export const trialEnvironment = { MALLOC_MMAP_MAX_: '0', MALLOC_TRIM_THRESHOLD_: '1000000000000' };
