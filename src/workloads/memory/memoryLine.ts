import { constants } from 'node:buffer';
import type { Configuration } from '../../core/configuration/configuration';
import { describeBytes } from '../../core/words/units';

/** Peak resident memory of a trial as a straight line over the batch size. What it calls an image is one unit of the run's work. */
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
 * needs little more than the one before it. null: enough is known. Batch 1 in one process needs no probe: nothing smaller could
 * be tried before it.
 *
 * @param most processes that run at once in any configuration
 */
export function nextProbe(points: readonly MemoryPoint[], largest: number, most = 1): number | null {
  if (largest === 1 && (most === 1 || points.length > 0)) return null;
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
 * @param leastBytes the tensors that one unit of work needs for sure: input and output
 */
export function fitMemory(points: readonly MemoryPoint[], leastBytes = 0): MemoryModel {
  const n = points.length;
  const meanX = points.reduce((s, p) => s + p.batchSize, 0) / n;
  const meanY = points.reduce((s, p) => s + p.peakRssBytes, 0) / n;
  const sxx = points.reduce((s, p) => s + (p.batchSize - meanX) ** 2, 0);
  const sxy = points.reduce((s, p) => s + (p.batchSize - meanX) * (p.peakRssBytes - meanY), 0);
  const bytesPerImage = Math.max(leastBytes, sxx > 0 ? sxy / sxx : 0);
  return { bytesPerImage, baseBytes: Math.max(0, meanY - bytesPerImage * meanX), marginPercent };
}

/** Bytes a trial of this batch size is expected to need at its peak, margin included. */
export const predictBytes = (model: MemoryModel, batchSize: number) =>
  (model.baseBytes + model.bytesPerImage * batchSize) * (1 + model.marginPercent / 100);

/**
 * Why a batch cannot run, with the numbers; null when it fits.
 *
 * @param instances processes that run such batches at once
 * @param unitTensorBytes the largest tensor that Node.js has to hold, of one `unit` of work
 */
export function memoryProblem(
  model: MemoryModel,
  { batchSize, instances }: Pick<Configuration, 'batchSize' | 'instances'>,
  available: number,
  unitTensorBytes: number,
  unit: string,
): { reason: 'memory' | 'tensor-size'; message: string; neededBytes: number; availableBytes: number } | null {
  const tensor = unitTensorBytes * batchSize;
  if (tensor > constants.MAX_LENGTH) {
    return {
      reason: 'tensor-size',
      message: `its largest tensor would take ${describeBytes(tensor)}; one buffer of this Node.js holds ${describeBytes(constants.MAX_LENGTH)}`,
      neededBytes: tensor,
      availableBytes: constants.MAX_LENGTH,
    };
  }
  const each = predictBytes(model, batchSize);
  const needed = instances * each;
  if (needed <= available) return null;
  const all = instances === 1 ? 'it would' : `${instances} processes of about ${describeBytes(each)} would`;
  return {
    reason: 'memory',
    message: `${all} need about ${describeBytes(needed)} (${describeBytes(model.baseBytes)} + ${describeBytes(model.bytesPerImage)} per ${unit}, and ${model.marginPercent} %); ${describeBytes(available)} are available`,
    neededBytes: Math.round(needed),
    availableBytes: Math.round(available),
  };
}
