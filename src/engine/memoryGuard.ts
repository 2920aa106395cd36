import { constants } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { describeBytes } from '../core/units';

/** Peak resident memory of a trial as a straight line over the batch size. */
export type MemoryModel = { baseBytes: number; bytesPerImage: number; marginPercent: number };

export type MemoryPoint = { batchSize: number; peakRssBytes: number };

/** Predictions from 1, 2 and 4 were within +8/−4 % on yolov7-tiny and yolov7; a wrong "fits" costs a killed trial. */
const marginPercent = 20;

/** Two processes of the same trial differ by a few megabytes: growth must stand out from that to be fitted. */
const visibleGrowth = 0.25;
const smallestProbes = [1, 2, 4];
const largestProbe = 64;

/**
 * The batch size to probe next: 1, 2 and 4, then doubling while memory has hardly grown (small images). So each probe
 * needs little more than the one before it. null: enough is known, or nothing larger than 4 is asked.
 */
export function nextProbe(points: readonly MemoryPoint[], largest: number): number | null {
  if (largest <= 4) return null;
  if (points.length < smallestProbes.length) return smallestProbes[points.length] as number;
  const first = points[0] as MemoryPoint;
  const last = points.at(-1) as MemoryPoint;
  const next = 2 * last.batchSize;
  const grown = last.peakRssBytes >= (1 + visibleGrowth) * first.peakRssBytes;
  return grown || next > Math.min(largest, largestProbe) ? null : next;
}

/**
 * Least-squares line through the probes.
 *
 * @param leastBytesPerImage the tensors that an image needs for sure: input and output
 */
export function fitMemory(points: readonly MemoryPoint[], leastBytesPerImage = 0): MemoryModel {
  const n = points.length;
  const meanX = points.reduce((s, p) => s + p.batchSize, 0) / n;
  const meanY = points.reduce((s, p) => s + p.peakRssBytes, 0) / n;
  const sxx = points.reduce((s, p) => s + (p.batchSize - meanX) ** 2, 0);
  const sxy = points.reduce((s, p) => s + (p.batchSize - meanX) * (p.peakRssBytes - meanY), 0);
  const bytesPerImage = Math.max(leastBytesPerImage, sxx > 0 ? sxy / sxx : 0);
  return { bytesPerImage, baseBytes: Math.max(0, meanY - bytesPerImage * meanX), marginPercent };
}

/** Bytes a trial of this batch size is expected to need at its peak, margin included. */
export const predictBytes = (model: MemoryModel, batchSize: number) =>
  (model.baseBytes + model.bytesPerImage * batchSize) * (1 + model.marginPercent / 100);

/** Memory a trial may use now: the machine's, the container's limit, or the experiment's, whichever is least. */
export function availableBytes(limitMegabytes: number | undefined): number {
  const values = [memAvailable(), cgroupRoom()];
  if (limitMegabytes !== undefined) values.push(limitMegabytes * 1e6);
  return Math.min(...values.filter((v) => v !== null));
}

function memAvailable(): number {
  try {
    const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
    if (kilobytes) return Number(kilobytes) * 1024;
  } catch {
    // No /proc: the operating system's free memory is the best there is.
  }
  return freemem();
}

/** What is left below the container's limit (cgroup v2, then v1); null without a limit. */
function cgroupRoom(): number | null {
  const read = (file: string) => {
    try {
      return Number(readFileSync(file, 'utf8'));
    } catch {
      return Number.NaN;
    }
  };
  for (const [limitFile, usedFile] of [
    ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory.current'],
    ['/sys/fs/cgroup/memory/memory.limit_in_bytes', '/sys/fs/cgroup/memory/memory.usage_in_bytes'],
  ] as const) {
    const limit = read(limitFile);
    const used = read(usedFile);
    // Without a limit the file says "max", or a number near 2^63.
    if (Number.isFinite(limit) && limit < 2 ** 60 && Number.isFinite(used)) return Math.max(0, limit - used);
  }
  return null;
}

/** Why a batch cannot run, with the numbers; null when it fits. */
export function memoryProblem(
  model: MemoryModel,
  batchSize: number,
  available: number,
  tensorBytesPerImage: number,
): { reason: 'memory' | 'tensor-size'; message: string; neededBytes: number; availableBytes: number } | null {
  const tensor = tensorBytesPerImage * batchSize;
  if (tensor > constants.MAX_LENGTH) {
    return {
      reason: 'tensor-size',
      message: `its largest tensor would take ${describeBytes(tensor)}; one buffer of this Node.js holds ${describeBytes(constants.MAX_LENGTH)}`,
      neededBytes: tensor,
      availableBytes: constants.MAX_LENGTH,
    };
  }
  const needed = predictBytes(model, batchSize);
  if (needed <= available) return null;
  return {
    reason: 'memory',
    message: `it would need about ${describeBytes(needed)} (${describeBytes(model.baseBytes)} + ${describeBytes(model.bytesPerImage)} an image, and ${model.marginPercent} %); ${describeBytes(available)} are available`,
    neededBytes: Math.round(needed),
    availableBytes: Math.round(available),
  };
}
