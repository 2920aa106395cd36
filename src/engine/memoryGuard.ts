import { constants } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { describeBytes } from '../core/units';

/** Peak resident memory of a trial as a straight line over the batch size. */
export type MemoryModel = { baseBytes: number; bytesPerImage: number; marginPercent: number };

export type MemoryPoint = { batchSize: number; peakRssBytes: number };

/** Predictions from 1, 2 and 4 were within +8/−4 % on yolov7-tiny and yolov7; a wrong "fits" costs a killed trial. */
const marginPercent = 20;

/** Batch sizes to probe before larger ones are run; none when nothing larger is asked. */
export function probeSizes(batchSizes: number[]): number[] {
  const largest = Math.max(...batchSizes);
  return largest <= 4 ? [] : [1, 2, 4];
}

/** Least-squares line through the probes; never falling, since memory does not shrink with the batch. */
export function fitMemory(points: MemoryPoint[]): MemoryModel {
  const n = points.length;
  const meanX = points.reduce((s, p) => s + p.batchSize, 0) / n;
  const meanY = points.reduce((s, p) => s + p.peakRssBytes, 0) / n;
  const sxx = points.reduce((s, p) => s + (p.batchSize - meanX) ** 2, 0);
  const sxy = points.reduce((s, p) => s + (p.batchSize - meanX) * (p.peakRssBytes - meanY), 0);
  const bytesPerImage = sxx > 0 ? Math.max(0, sxy / sxx) : 0;
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
