import { constants } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { describeBytes } from '../../core/words/units';

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
 * needs little more than the one before it. null: enough is known.
 */
export function nextProbe(points: readonly MemoryPoint[], largest: number): number | null {
  if (largest === 1) return null;
  const small = smallestProbes[points.length];
  if (small !== undefined) return small <= largest ? small : null;
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
export function availableBytes(limitMegabytes: number | undefined, root = '/'): number {
  const values = [memAvailable(root), cgroupRoom(root)];
  if (limitMegabytes !== undefined) values.push(limitMegabytes * 1e6);
  return Math.min(...values.filter((v) => v !== null));
}

function memAvailable(root: string): number {
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(textOf(join(root, 'proc/meminfo')))?.[1];
  // Without /proc the operating system's free memory is the best there is.
  return kilobytes ? Number(kilobytes) * 1024 : freemem();
}

/** What is left below the limits of this process's control groups (v2 and v1), the own one and all above; null without a limit. */
function cgroupRoom(root: string): number | null {
  const rooms = controlGroups(root).flatMap(({ folder, limit, used, cache }) => {
    const limitBytes = numberIn(join(folder, limit));
    const usedBytes = numberIn(join(folder, used));
    // Without a limit the file says "max", or a number near 2^63.
    if (limitBytes === null || limitBytes >= 2 ** 60 || usedBytes === null) return [];
    // Page cache that nobody uses is given back before anybody is killed.
    const reclaimable = Number(new RegExp(`^${cache} (\\d+)`, 'm').exec(textOf(join(folder, 'memory.stat')))?.[1] ?? 0);
    return [Math.max(0, limitBytes - usedBytes + reclaimable)];
  });
  return rooms.length ? Math.min(...rooms) : null;
}

/** The memory control group that /proc/self/cgroup names, and its ancestors up to the root. */
function controlGroups(root: string) {
  const v2 = { root: join(root, 'sys/fs/cgroup'), limit: 'memory.max', used: 'memory.current', cache: 'inactive_file' };
  const v1 = {
    root: join(root, 'sys/fs/cgroup/memory'),
    limit: 'memory.limit_in_bytes',
    used: 'memory.usage_in_bytes',
    cache: 'total_inactive_file',
  };
  return textOf(join(root, 'proc/self/cgroup'))
    .split('\n')
    .flatMap((line) => {
      const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
      const files = controllers === '' ? v2 : controllers?.split(',').includes('memory') ? v1 : null;
      if (!files || path === undefined) return [];
      const parts = path.split('/').filter(Boolean);
      return Array.from({ length: parts.length + 1 }, (_, depth) => ({
        ...files,
        folder: join(files.root, ...parts.slice(0, depth)),
      }));
    });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function numberIn(file: string): number | null {
  const text = textOf(file).trim();
  return text === '' || Number.isNaN(Number(text)) ? null : Number(text);
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
