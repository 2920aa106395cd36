import * as z from 'zod';
import { filteringSchema } from './source';

/** What `greenbatch doctor --json` prints: which counters can be read here, and what helps where they cannot. */

const remedyFields = {
  /** What helps, in words; null where there is nothing to say. */
  advice: z.string().nullable(),
  /** Commands for a terminal of this machine; null where none helps. */
  fix: z.string().nullable(),
};

/** State of one energy source: whether it can be used, why not or what qualifies it, and what helps. */
const sourceDiagnosisSchema = z.object({
  kind: z.string(),
  usable: z.boolean(),
  /** The same as `usable`, under the name that domains have for it. */
  readable: z.boolean(),
  measured: z.boolean(),
  /** The failure that it would be to demand it; null where it can be used. */
  code: z.string().nullable(),
  reason: z.string().nullable(),
  ...remedyFields,
  /** Where its counters are, as `below /sys/class/powercap`; null where it has none. */
  counters: z.string().nullable(),
});
export type SourceDiagnosis = z.infer<typeof sourceDiagnosisSchema>;

/** State of one counter. `added`: its joules are part of the system energy. */
const domainDiagnosisSchema = z.object({
  /** The kind of its source. */
  source: z.string(),
  id: z.string(),
  kind: z.string(),
  socket: z.number().nullable(),
  path: z.string().nullable(),
  readable: z.boolean(),
  added: z.boolean(),
  reason: z.string().nullable(),
  ...remedyFields,
  rangeMicrojoules: z.number().nullable(),
  limitWatts: z.number().nullable(),
});
export type DomainDiagnosis = z.infer<typeof domainDiagnosisSchema>;

/** What the machine itself says about why its energy can, or cannot, be measured. */
const machineSchema = z.object({
  /** A container in a VM counts as `vm`: its host has no counters either. */
  kind: z.enum(['metal', 'vm', 'container']),
  /** In a container, also in one of a VM. */
  container: z.boolean(),
  vendor: z.enum(['intel', 'amd', 'other']),
  /** Of the CPU, as the kernel's drivers know it; null where it does not tell. */
  family: z.number().nullable(),
  model: z.number().nullable(),
  /** Release of the kernel that runs, as `6.8.0-45-generic`. */
  kernel: z.string(),
  /** Physical packages with an online CPU; empty where the topology is not known. */
  sockets: z.array(z.number()),
  filtering: filteringSchema,
  /** Whose network namespace this process is in, by which the measuring lock is known. */
  network: z.enum(['machine', 'own', 'unknown']),
  /** What ends this process, and a run that it starts, at logout: `src/machine/logout.ts`. */
  endAtLogout: z.enum(['session', 'user-manager']).nullable(),
});
export type Machine = z.infer<typeof machineSchema>;

/** What stands between a run and its numbers here, whichever source it takes. */
const hazardSchema = z.object({
  code: z.enum(['network-namespace', 'ended-at-logout']),
  reason: z.string(),
  ...remedyFields,
});
export type Hazard = z.infer<typeof hazardSchema>;

export const diagnosisSchema = z.object({
  /** Of the powercap tree. */
  root: z.string(),
  sources: z.array(sourceDiagnosisSchema),
  domains: z.array(domainDiagnosisSchema),
  machine: machineSchema,
  hazards: z.array(hazardSchema),
  notes: z.array(z.string()),
});
export type Diagnosis = z.infer<typeof diagnosisSchema>;
