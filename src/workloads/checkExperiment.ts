import * as z from 'zod';
import { type FactorKey, factors } from '../core/configuration/factors';
import type { Spec } from '../core/spec/spec';
import { didYouMean, issuesOf, type SpecIssue } from '../core/spec/specIssues';
import type { SchemaNode } from '../core/spec/specJsonSchema';
import { readArrivalTrace } from './arrivalTraceFile';
import type { Workload } from './workload';
import { workloads } from './workloads';

/** What keeps the workload that a valid experiment names from measuring it, and what is probably not meant. */
export function checkExperiment(spec: Spec, baseFolder: string): { errors: SpecIssue[]; warnings: SpecIssue[] } {
  const workload = workloads.find(({ name }) => name === spec.workload);
  if (!workload) {
    const names = workloads.map(({ name }) => name);
    const message = `there is no workload ${JSON.stringify(spec.workload)}${didYouMean(spec.workload, names)}`;
    return { errors: [{ path: ['workload'], at: 'value', message, allowed: names.join(', ') }], warnings: [] };
  }
  const needless = factors.flatMap(({ key }): SpecIssue[] => {
    // How many processes there are is the engine's doing.
    if (key === 'instances' || workload.factors.includes(key) || (spec[listOf[key]] ?? []).length < 2) return [];
    const message = `makes no difference to the workload ${workload.name}: several values would measure the same`;
    return [{ path: [listOf[key]], at: 'value', message, allowed: 'one value' }];
  });
  const ofSettings = settingsIssues(workload, spec);
  const wrong = [...needless, ...ofSettings, ...replayedIssues(workload, spec, baseFolder)];
  // A workload that has settings looks only at valid ones.
  if (workload.settings && ofSettings.length > 0) return { errors: wrong, warnings: [] };
  const { errors, warnings } = workload.check?.(spec, baseFolder) ?? { errors: [], warnings: [] };
  return { errors: [...wrong, ...errors], warnings };
}

/** What keeps requests from being replayed that the experiment asks for: a workload that answers none, a trace that cannot be read. */
function replayedIssues({ name, serves }: Workload, spec: Spec, baseFolder: string): SpecIssue[] {
  const { of, trace, seconds } = spec.measure.paced;
  if (of === 'none' || (of === undefined && trace === undefined)) return [];
  if (!serves) {
    const message = `the workload ${name} answers no requests`;
    return [{ path: ['measure', 'paced'], at: 'key', message, allowed: 'measure.paced.of: none' }];
  }
  const read = trace === undefined ? null : readArrivalTrace(trace, baseFolder, seconds);
  if (read === null || !('problem' in read)) return [];
  const allowed = 'a CSV file with the second of each arrival, ascending from 0';
  return [{ path: ['measure', 'paced', 'trace'], at: 'value', message: read.problem, allowed }];
}

/** What of an experiment's `settings` its workload does not take. */
export function settingsIssues({ name, settings }: Workload, spec: Pick<Spec, 'settings'>): SpecIssue[] {
  if (!settings) {
    const message = `the workload ${name} has none`;
    return spec.settings === undefined ? [] : [{ path: ['settings'], at: 'key', message, allowed: null }];
  }
  // As part of an experiment, so that places and what may stand there are told as those of all other keys.
  const schema = z.object({ settings });
  const value = { settings: spec.settings ?? {} };
  const parsed = schema.safeParse(value);
  if (parsed.success) return [];
  const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' }) as SchemaNode;
  return issuesOf(parsed.error.issues, value, json);
}

/** Where an experiment lists the values of each factor. */
const listOf = {
  model: 'models',
  batchSize: 'batchSizes',
  instances: 'instances',
  threads: 'threads',
  spinning: 'spinning',
} as const satisfies Record<FactorKey, keyof Spec>;
