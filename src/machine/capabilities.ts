import { readProcFile } from './smallFile';

/** Bits of capabilities(7). */
const bits = { sysAdmin: 21n, perfmon: 38n } as const;

/** Which of these capabilities this process has; in a user namespace they are those of its root alone. None where it cannot be told. */
export function capabilities(status = readProcFile('/proc/self/status') ?? ''): Record<keyof typeof bits, boolean> {
  const effective = /^CapEff:\s*([\da-f]{1,16})$/m.exec(status)?.[1];
  const has = (bit: bigint) => effective !== undefined && ((BigInt(`0x${effective}`) >> bit) & 1n) === 1n;
  return { sysAdmin: has(bits.sysAdmin), perfmon: has(bits.perfmon) };
}
