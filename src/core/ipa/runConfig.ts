import * as z from 'zod';
import { accuracyMethods, mostStages } from '../pipeline/problem';
import { issuesOf } from '../spec/specIssues';
import type { SchemaNode } from '../spec/specJsonSchema';
import { placeIssues, withoutByteOrderMark } from '../spec/specText';
import { readSpecYaml } from '../spec/specYaml';
import { latencyReferences, throughputReferences } from './profileRow';
import { read, type Reading } from './reading';

/**
 * What is read of a run config of IPA (`data/configs/final/*.yaml`): what its optimiser takes. Of the cluster, workload and predictor
 * nothing is, so all other keys are let stand.
 */

const name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, { error: 'holds a control character' });
const perTask = <T extends z.ZodType>(item: T) => z.array(item).min(1).max(mostStages);
const weight = z.number().min(0);
const count = z.int().min(1).max(1_000_000);
const load = z.number().gt(0);
const margin = z.number().gt(-100).max(1_000_000).default(0);

const configSchema = z
  .looseObject({
    pipeline_name: name,
    pipeline_folder_name: name.optional(),
    number_tasks: z.int().min(1).max(mostStages).optional(),
    model_name: perTask(name).describe('the nodes'),
    task_name: perTask(name).describe('the keys of accuracies.yaml'),
    profiling_series: perTask(z.int().min(0)),
    profiling_load: z.union([load, perTask(load)]),
    initial_active_model: perTask(name).optional(),
    initial_replica: perTask(count).optional(),
    alpha: weight,
    beta: weight,
    gamma: weight,
    delta: weight.default(0),
    scaling_cap: count,
    batching_cap: count,
    threshold: z.number().min(0),
    sla_factor: z.number().gt(0),
    normalize_accuracy: z.boolean().default(false),
    only_measured_profiles: z.boolean().default(true),
    baseline_mode: z.enum(['scale', 'switch']).nullable().default(null),
    allocation_mode: z.enum(['base']).default('base'),
    accuracy_method: z.enum(accuracyMethods),
    reference_latency: z.enum(latencyReferences).default('p99'),
    reference_throughput: z.enum(throughputReferences).default('max'),
    latency_margin: margin,
    throughput_margin: margin,
  })
  .superRefine((config, context) => {
    const tasks = config.task_name.length;
    const wrong = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    const lists = [
      'model_name',
      'profiling_series',
      'profiling_load',
      'initial_active_model',
      'initial_replica',
    ] as const;
    for (const key of lists) {
      const list = config[key];
      if (Array.isArray(list) && list.length !== tasks)
        wrong(key, `has ${list.length} values; task_name has ${tasks}, and each task needs one`);
    }
    if (config.number_tasks !== undefined && config.number_tasks !== tasks)
      wrong('number_tasks', `is ${config.number_tasks}; task_name has ${tasks}`);
    if (config.baseline_mode === 'scale' && !config.initial_active_model)
      wrong('baseline_mode', 'scale keeps the variants of initial_active_model, which is missing');
    if (config.baseline_mode === 'switch' && !config.initial_replica)
      wrong('baseline_mode', 'switch keeps the replicas of initial_replica, which is missing');
    config.task_name.forEach((task, i) => {
      if (config.task_name.indexOf(task) < i)
        context.addIssue({ code: 'custom', path: ['task_name', i], message: `${task} names two tasks` });
    });
  });

export type RunConfig = z.output<typeof configSchema>;

/** Reads a run config: flat YAML. Never throws. */
export function readRunConfig(source: string): Reading<RunConfig> {
  const { value, problems } = readSpecYaml(withoutByteOrderMark(source));
  if (problems.length > 0) return { ok: false, problems };
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return read(parsed.data);
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' }) as SchemaNode;
  return { ok: false, problems: placeIssues(source, issuesOf(parsed.error.issues, value, schema)) };
}
