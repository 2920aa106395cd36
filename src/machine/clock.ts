/** CLOCK_MONOTONIC in milliseconds with microsecond digits, comparable across the processes of one boot. */
export const monotonicMs = () => Number(process.hrtime.bigint() / 1000n) / 1000;
