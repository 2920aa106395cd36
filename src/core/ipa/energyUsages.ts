import type { SpecIssue } from '../spec/specIssues';
import { placeIssues, withoutByteOrderMark } from '../spec/specText';
import { readSpecYaml } from '../spec/specYaml';
import { read, type Reading } from './reading';
import { readVariantTable, type VariantTable } from './variantTable';

/**
 * `energy_usages.yaml` of the authors' fork of IPA: joules by pipeline, task and variant. One number a variant is too coarse, for energy
 * goes with the batch size; so a key that the fork does not look at, `per_batch`, has it by batch size too, with unit and normalisation.
 */
export const perBatchKey = 'per_batch';
export const perBatchUnit = 'J/request';
/** Groups below `per_batch`; each is pipeline → task → variant → batch → number, or, of several core counts, batch → cores → number. */
export const perBatchGroups = ['net_of_idle', 'including_idle', 'idle_watts_per_core'] as const;
type PerBatchGroup = (typeof perBatchGroups)[number];

export type EnergyUsages = {
  /** Joules, taken as those of a request, idle share included. */
  perVariant: VariantTable;
  /** By `batchKey`. */
  perBatch: Record<PerBatchGroup, ReadonlyMap<string, number>>;
  /** The numbers that the fork's authors call dummy. */
  hasDummyValues: boolean;
};

/** Energy of a request of an option, as a problem has it. */
export type OptionEnergy = {
  joulesPerRequest: number;
  idleWattsPerCore?: number;
  energyIncludesIdle?: true;
  /** Whether it is of the variant alone, whatever the batch size. */
  isPerVariant: boolean;
};

/** Where it is told of an option; without cores: of all core counts. */
const batchKey = (...names: string[]) => JSON.stringify(names);

/** Of which option energy is asked. */
export type EnergyAsked = { pipeline: string; task: string; variant: string; batch: number; cores: number };

/** null: the file has none of it. */
export function energyOf(
  { perBatch, perVariant }: EnergyUsages,
  { pipeline, task, variant, batch, cores }: EnergyAsked,
): OptionEnergy | null {
  const names = [pipeline, task, variant, String(batch)];
  const at = (group: PerBatchGroup) =>
    perBatch[group].get(batchKey(...names, String(cores))) ?? perBatch[group].get(batchKey(...names));
  const net = at('net_of_idle');
  const idleWattsPerCore = at('idle_watts_per_core');
  if (net !== undefined)
    return {
      joulesPerRequest: net,
      ...(idleWattsPerCore === undefined ? {} : { idleWattsPerCore }),
      isPerVariant: false,
    };
  const gross = at('including_idle');
  if (gross !== undefined) return { joulesPerRequest: gross, energyIncludesIdle: true, isPerVariant: false };
  const ofVariant = perVariant.get(pipeline)?.get(task)?.get(variant);
  if (ofVariant === undefined) return null;
  return { joulesPerRequest: ofVariant, energyIncludesIdle: true, isPerVariant: true };
}

/** Reads `energy_usages.yaml`, with `per_batch` or without. Never throws. */
export function readEnergyUsages(source: string): Reading<EnergyUsages> {
  const table = readVariantTable(source, 'joules of a request, from 0', [perBatchKey]);
  if (!table.ok) return table;
  const { value } = readSpecYaml(withoutByteOrderMark(source));
  const issues: SpecIssue[] = [];
  for (const [pipeline, tasks] of table.value)
    for (const [task, variants] of tasks)
      for (const [variant, joules] of variants)
        if (joules < 0)
          issues.push({
            path: [pipeline, task, variant],
            at: 'value',
            message: 'is below 0',
            allowed: 'joules from 0',
          });
  const perBatch = perBatchOf((value as Record<string, unknown>)[perBatchKey], issues);
  if (issues.length > 0) return { ok: false, problems: placeIssues(source, issues) };
  return read({ perVariant: table.value, perBatch, hasDummyValues: hasDummyValues(table.value) });
}

function perBatchOf(value: unknown, issues: SpecIssue[]): Record<PerBatchGroup, Map<string, number>> {
  const found = Object.fromEntries(perBatchGroups.map((group) => [group, new Map<string, number>()])) as Record<
    PerBatchGroup,
    Map<string, number>
  >;
  if (value === undefined) return found;
  const refuse = (path: readonly string[], message: string, allowed: string) =>
    issues.push({ path: [perBatchKey, ...path], at: 'value', message, allowed });
  const entries = (at: unknown, path: readonly string[]): [string, unknown][] => {
    if (typeof at === 'object' && at !== null && !Array.isArray(at)) return Object.entries(at);
    refuse(path, 'is no group of keys', 'pipeline, task, variant, batch, and below them a number');
    return [];
  };
  for (const [key, under] of entries(value, [])) {
    if (key === 'unit') {
      if (under !== perBatchUnit) refuse([key], 'is another unit than is read', perBatchUnit);
      continue;
    }
    const group = perBatchGroups.find((one) => one === key);
    if (group === undefined) {
      refuse([key], 'unknown key', `unit, ${perBatchGroups.join(', ')}`);
      continue;
    }
    const what = group === 'idle_watts_per_core' ? 'watts from 0' : 'joules of a request, from 0';
    const take = (names: readonly string[], number: unknown): void => {
      if (typeof number === 'number' && number >= 0 && Number.isFinite(number))
        found[group].set(batchKey(...names), number);
      else refuse([key, ...names], 'is no number from 0', what);
    };
    for (const [pipeline, tasks] of entries(under, [key]))
      for (const [task, variants] of entries(tasks, [key, pipeline]))
        for (const [variant, batches] of entries(variants, [key, pipeline, task]))
          for (const [batch, value] of entries(batches, [key, pipeline, task, variant])) {
            const names = [pipeline, task, variant, batch];
            if (!/^[1-9]\d{0,6}$/.test(batch)) refuse([key, ...names], 'is no batch size', 'a whole number from 1');
            else if (typeof value !== 'object' || value === null) take(names, value);
            else for (const [cores, number] of entries(value, [key, ...names])) take([...names, cores], number);
          }
  }
  return found;
}

/** Of `energy_usages.yaml` in csce585-mlsystems/Sustainable-IPA-Fork, branch energy-consumption-metric. */
const dummyValues: Record<string, number> = {
  ...{ yolov5n: 12000, yolov5s: 12300, yolov5m: 12500, yolov5l: 12700, yolov5x: 13000 },
  ...{ resnet18: 13300, resnet34: 13500, resnet50: 13700, resnet101: 14000, resnet152: 143000 },
};

/** Any two of them are no chance. */
function hasDummyValues(table: VariantTable): boolean {
  const all = [...table.values()].flatMap((tasks) => [...tasks.values()].flatMap((variants) => [...variants]));
  return (
    all.filter(([variant, joules]) => Object.hasOwn(dummyValues, variant) && dummyValues[variant] === joules).length >=
    2
  );
}
