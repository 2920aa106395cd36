import { closeSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';

/** One open event of the kernel's perf subsystem; the kernel adds up in 64 bits and takes care of wraps. */
export type PerfEvent = {
  /** What it has counted since it was opened, in the event's own unit; null where it cannot be read. Never throws. */
  read(): bigint | null;
  close(): void;
};

/** Which event, and of which CPU: it counts all processes. `config` as the PMU's own files in sysfs say it. */
export type PerfEventChoice = { type: number; config: bigint; cpu: number };

/**
 * Why an event cannot be opened: errno's name (EACCES and EPERM: perf_event_paranoid or seccomp), or `NO_KOFFI` (the optional
 * package that calls the kernel is not there) or `NO_SYSTEM` (neither Linux nor x86-64, the only CPUs with RAPL).
 */
export type PerfEventProblem = { code: string };

/** `perf_event_open` (perf_event_open(2)) on x86-64, where glibc has no function for it. */
const syscallNumber = 298;
/** PERF_ATTR_SIZE_VER0: every kernel knows it, and no later field is asked for. */
const attributeBytes = 64;
/** PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING, 8 bytes each behind the count. */
const readFormat = 3n;
const closeOnExec = 8;
const everyProcess = -1;
const noGroup = -1;

type Syscall = (
  number: number,
  attribute: Buffer,
  pid: number,
  cpu: number,
  group: number,
  flags: number,
) => number | bigint;
type Kernel = { syscall: Syscall; errno(): number };

/** undefined: not tried yet. It takes 13 ms, which only those pay who read perf's events. */
let kernel: Kernel | PerfEventProblem | undefined;

/** Opens an event on one CPU, counting at once. Never throws. */
export function openPerfEvent({ type, config, cpu }: PerfEventChoice): PerfEvent | PerfEventProblem {
  kernel ??= loadKernel();
  if ('code' in kernel) return kernel;
  const attribute = Buffer.alloc(attributeBytes);
  attribute.writeUInt32LE(type, 0);
  attribute.writeUInt32LE(attributeBytes, 4);
  attribute.writeBigUInt64LE(config, 8);
  attribute.writeBigUInt64LE(readFormat, 32);
  const fd = Number(kernel.syscall(syscallNumber, attribute, everyProcess, cpu, noGroup, closeOnExec));
  if (fd < 0) return { code: errnoName(kernel.errno()) };
  const buffer = Buffer.alloc(24);
  return {
    read() {
      try {
        if (readSync(fd, buffer, 0, buffer.length, null) !== buffer.length) return null;
      } catch {
        return null;
      }
      // An event that had to share its counter was off for a while: then the kernel's sum lacks something.
      const isWhole = buffer.readBigUInt64LE(8) === buffer.readBigUInt64LE(16);
      return isWhole ? buffer.readBigUInt64LE(0) : null;
    },
    close: () => closeSync(fd),
  };
}

function loadKernel(): Kernel | PerfEventProblem {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { code: 'NO_SYSTEM' };
  try {
    // An import would be tried when the program starts, and fail it where the package is not there.
    const koffi = createRequire(__filename)('koffi') as typeof import('koffi');
    const libc = koffi.load(null);
    const syscall = libc.func('long syscall(long, void *, long, long, long, long)') as Syscall;
    return { syscall, errno: () => koffi.errno() };
  } catch {
    return { code: 'NO_KOFFI' };
  }
}

const errnoName = (errno: number): string =>
  Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `E${errno}`;
