import { ExpectedError } from '../failure/expectedError';
import type { ProfilePoint, TaskProfile } from './taskProfile';

/**
 * Latency that IPA allows a task: 5 × `sla_factor` × the mean over its variants of the latency at the smallest batch size with the most
 * cores; seconds. The 5 stands in the published code, so that a factor of 5 makes 25 of it. The pipeline's is the sum over its tasks.
 */
export function taskSlaSeconds({ variants }: TaskProfile, slaFactor: number): number {
  const latencies = variants.map(({ byCores }) => byCores.get(Math.max(...byCores.keys()))![0]!.latencySeconds);
  return 5 * slaFactor * (latencies.reduce((sum, seconds) => sum + seconds, 0) / latencies.length);
}

/**
 * CPU cores of one replica of each variant, by the heuristic of IPA: variants are walked by ascending accuracy with a number of cores that
 * never goes down. The first takes the fewest with which one of its batch sizes reaches the threshold within the task's SLA; a later one goes up by
 * one where more of its batch sizes do so there, then on until one does.
 *
 * @param threshold requests a second
 * @throws ExpectedError `pipeline` where a variant reaches it with no number of cores left
 */
export function baseAllocations(
  task: string,
  { variants, cores }: TaskProfile,
  threshold: number,
  slaSeconds: number,
): Map<string, number> {
  const responsive = (points: readonly ProfilePoint[] = []) =>
    points.filter((point) => point.throughput >= threshold && point.latencySeconds <= slaSeconds).length;
  const found = new Map<string, number>();
  let at = 0;
  for (const [i, { variant, byCores }] of variants.entries()) {
    const count = (index: number) => responsive(byCores.get(cores[index]!));
    if (i > 0 && at + 1 < cores.length && count(at + 1) > count(at)) at++;
    while (at < cores.length && count(at) === 0) at++;
    if (at === cores.length)
      throw new ExpectedError(
        'pipeline',
        `${task}: no profile of ${variant} reaches threshold ${threshold} requests/s within the task’s SLA of ${slaSeconds.toFixed(3)} s: lower threshold or raise sla_factor in the run config`,
      );
    found.set(variant, cores[at]!);
  }
  return found;
}
