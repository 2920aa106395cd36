import { type BatchingPolicy, batchingPolicy } from '../latency/batchingPolicy';
import * as z from 'zod';
import { type Configuration, mostInstances, mostThreads } from '../configuration/configuration';
import type { Sla } from '../spec/spec';
import { counted } from '../statistics/wording';

/** How servers form batches: what a config says of it, and what a verdict was made for. */

/** The longest that `sla.batchTimeoutMs` may say. */
export const longestDelayMs = 86_400_000;

/** Keys of the service level that a serving config can say. */
export type PolicyTerms = Partial<Pick<Sla, 'batching' | 'batchTimeoutMs' | 'instances'>>;

/** What neither the file nor its server's own defaults say is left out. */
export type ServerPolicy = PolicyTerms & {
  /** A sentence, where the server forms no batches as the file stands: clients decide. The rest is what it does once it forms them. */
  noBatches?: string;
};

/** What a server has to do so that a verdict on requests holds for it: crosses to the editor and back. */
export const judgedPolicySchema = z.strictObject({
  batching: z.enum(['full', 'timeout', 'when-free']),
  timeoutMs: z.number().min(0).max(longestDelayMs).nullable(),
  /** How many batches it runs at once, where the service level says so; else as many as there are processes. */
  instances: z.int().min(1).max(mostInstances).optional(),
  /** Of the configuration. */
  processes: z.int().min(1).max(mostInstances),
  threads: z.int().min(0).max(mostThreads),
});
export type JudgedPolicy = z.infer<typeof judgedPolicySchema>;

export const judgedPolicy = (
  sla: Sla,
  { instances, threads }: Pick<Configuration, 'instances' | 'threads'>,
): JudgedPolicy => ({
  ...batchingPolicy(sla),
  ...(sla.instances !== undefined && { instances: sla.instances }),
  processes: instances,
  threads,
});

/** How many batches are run at once. */
export const serversOf = ({ instances, processes }: Pick<JudgedPolicy, 'instances' | 'processes'>) =>
  instances ?? processes;

/** Of a delay in a file's own unit; undefined where an experiment could not say it. */
export function delayMs(value: number, perMs: number): number | undefined {
  const ms = Number((value / perMs).toPrecision(12));
  return ms >= 0 && ms <= longestDelayMs ? ms : undefined;
}

/** A whole number of microseconds as it is usually written, up to the longest delay; null for anything else. */
export const wholeMicroseconds = (text: string): number | null =>
  /^(0|[1-9]\d{0,11})$/.test(text) ? Number(text) : null;

/** The nearest delay that a file can say in whole numbers of a unit; the note tells where that is another one. */
export function wholeDelay(timeoutMs: number, perMs: number, unit: string): { value: number; notes: string[] } {
  const exact = Number((timeoutMs * perMs).toPrecision(12));
  const value = Math.round(exact);
  const note = `The delay of ${timeoutMs} ms is written as ${counted(value, unit)}: a fraction of one cannot be said here.`;
  return { value, notes: value === exact ? [] : [note] };
}

/** Why a server cannot do what the verdict is for, and what to do; null where it can. With batches of one all policies are the same. */
export function unlikeServer(
  policy: JudgedPolicy,
  batchSize: number,
  { does, server }: { does: Sla['batching']; server: string },
): string | null {
  if (batchSize === 1 || policy.batching === does) return null;
  return `The verdict is for a server where ${policyWords(policy)}, and ${server} does not form batches so: leave sla.batching and sla.batchTimeoutMs out of the experiment, and what this file says is taken. Not changed.`;
}

/** In a sentence: `a batch waits until it is full`. */
export function policyWords({ batching, timeoutMs }: BatchingPolicy): string {
  if (batching === 'full') return 'a batch waits until it is full';
  if (batching === 'timeout')
    return `a batch closes once it is full or its first request has waited ${timeoutMs ?? 0} ms`;
  const delay = timeoutMs ? `, or waits for more at most ${timeoutMs} ms` : ' at once';
  return `an instance that is free takes what waits${delay}`;
}
