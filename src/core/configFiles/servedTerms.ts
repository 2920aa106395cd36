import type { Configuration } from '../configuration/configuration';
import { batchingPolicy } from '../latency/batchingPolicy';
import type { Sla, Spec } from '../spec/spec';
import { policyWords, type PolicyTerms, type ServerPolicy } from './serverPolicy';

/** The service level of a run that is made for a serving config: what the experiment does not say of batches, the server's file says. */

type PolicyKey = keyof PolicyTerms;
const policyKeys: readonly PolicyKey[] = ['batching', 'batchTimeoutMs', 'instances'];

/** A serving config: its name without folders, and what it says. */
type ServingFile = { name: string; policy: ServerPolicy };

/** What was measured, and the physical cores of the machine (null: not known). */
type Measured = { configurations: readonly Pick<Configuration, 'instances' | 'threads'>[]; cores: number | null };

export type ServedTerms = {
  sla: Sla;
  /** What of it the file gave. */
  taken: PolicyKey[];
  /** Where the server's policy comes from, to be told in one line. */
  sentence: string;
};

/** Batching and delay belong together: where the experiment says one of them, none is taken. */
export function servedTerms(sla: Sla, { name, policy }: ServingFile, measured: Measured): ServedTerms {
  const isOwn = saysBatching(sla);
  const { batching, batchTimeoutMs } = policy;
  const formed = !isOwn && batching !== undefined ? { batching, batchTimeoutMs } : {};
  const servers = sla.instances ?? policy.instances;
  const instances =
    sla.instances === undefined && servers !== undefined && fits(servers, measured) ? { instances: servers } : {};
  const given = { ...formed, ...instances };
  const judged = { ...sla, ...given } as Sla;
  const source = isOwn
    ? `The experiment says how batches are formed, before ${name}`
    : batching === undefined
      ? `${name} does not say how long a request waits for its batch`
      : `${name} says how batches are formed`;
  const parts = [
    `${source}: ${policyWords(batchingPolicy(judged))}; ${serversText(judged.instances, policy.instances, measured)}.`,
    ...(policy.noBatches === undefined
      ? []
      : [`${policy.noBatches} The verdict is for the server once it forms them.`]),
  ];
  return { sla: judged, taken: Object.keys(given) as PolicyKey[], sentence: parts.join(' ') };
}

function serversText(servers: number | undefined, inFile: number | undefined, measured: Measured): string {
  if (servers !== undefined) return `${servers} at once`;
  const own = 'as many at once as a configuration has processes';
  const isMeasured = measured.configurations.some((c) => c.instances === inFile);
  return inFile === undefined || isMeasured
    ? own
    : `${own} (the file’s ${inFile} at once were not measured with cores of their own)`;
}

/**
 * Whether the queue may have another number of servers than what was measured has processes: only where each finds as many cores of its
 * own as one had, else it would do more than the machine can. Where several numbers were measured, each is its own.
 */
function fits(servers: number, { configurations, cores }: Measured): boolean {
  const counts = new Set(configurations.map((c) => c.instances));
  if (counts.size !== 1 || counts.has(servers) || cores === null) return false;
  const threads = configurations.map((c) => c.threads);
  // 0: not known, of an imported run.
  return !threads.includes(0) && servers * Math.max(...threads) <= cores;
}

const saysBatching = (sla: Sla) => sla.batching !== undefined || sla.batchTimeoutMs !== undefined;

/** What a run records of its service level. */
type Recorded = { spec: Pick<Spec, 'sla'>; servedBy?: { taken: string[] } | undefined };

/** A log comes from anybody: what it calls taken is one of these, or nothing. */
const takenOf = ({ servedBy }: Recorded) => policyKeys.filter((key) => servedBy?.taken.includes(key));

/** The service level as the experiment said it itself. */
export function ownSla(run: Recorded): Sla | undefined {
  const { sla } = run.spec;
  const taken: readonly string[] = takenOf(run);
  return sla && (Object.fromEntries(Object.entries(sla).filter(([key]) => !taken.includes(key))) as Sla);
}

/** A service level as an experiment says it now, with what the run took from its serving config. */
export function withTaken(now: Sla | undefined, run: Recorded): Sla | undefined {
  const { sla } = run.spec;
  if (!now || !sla) return now;
  const taken = takenOf(run).filter((key) => key === 'instances' || !saysBatching(now));
  return { ...Object.fromEntries(taken.map((key) => [key, sla[key]])), ...now };
}
