import type { Configuration } from '../../configuration/configuration';
import { countedParts, instrumentsOf, isMeasured } from '../../energy/parts';
import { bearingOf } from '../../run/conditions';
import type { EqualRuns, RunValues } from '../../statistics/betweenRuns';
import type { AnalysedRun } from '../analysis';
import type { ComparisonNote } from './comparability';
import type { ConfigurationResult } from '../../values/result';
import { runMean } from '../../statistics/runContrast';
import { lnRatios } from './lnRatios';
import { daysOfRuns, factorKeys, isComparable, type Pair, pairsOf, referenceOf, type Sides } from './sides';

/**
 * Runs of a machine's past that tell how far ratios of one run lie apart from those of another day: the same experiment again and
 * again (a control workload), under settings that did not change.
 */

/** A run by what it is of, with or without its values. */
export type RunOf = Pick<AnalysedRun, 'report'> & { results: readonly Configuration[] };

/** What an experiment is, as far as a ratio of joules may depend on it. */
export function experimentKey({ report: { run, source }, results }: RunOf): string {
  return JSON.stringify([
    run.workload.name,
    run.workload.unit,
    run.scope,
    run.pin,
    run.imageSize && [run.imageSize.width, run.imageSize.height, ...(run.rect ? ['rect'] : [])],
    run.images?.description ?? null,
    [...run.models].map(({ model, sha256 }) => [model, sha256]).sort(),
    results.map((r) => factorKeys.map((key) => r[key])).sort(),
    source && [
      isMeasured(source),
      instrumentsOf(source.parts),
      countedParts(source).map(({ id, curve }) => [id, curve ?? null]),
      [...(source.missing ?? [])].sort(),
    ],
  ]);
}

/** Settings of the machine under which equal runs are equal; null: not known. */
export const settingsOf = ({ report: { run } }: Pick<AnalysedRun, 'report'>): Record<string, unknown> => ({
  ...Object.fromEntries(
    ['kernel', 'governor', 'turboOff', 'smt', 'raplLimitsMicrowatts'].map((key) => [key, run.environment[key] ?? null]),
  ),
  filtering: run.filtering?.state ?? null,
});

export const settingsKey = (run: Pick<AnalysedRun, 'report'>): string => JSON.stringify(settingsOf(run));

/** Whether two runs were measured on one machine, as far as both tell which; null where they do not tell. */
export function isSameMachine(one: Pick<AnalysedRun, 'report'>, other: Pick<AnalysedRun, 'report'>): boolean | null {
  const [a, b] = [one, other].map(({ report }) => report.run.environment) as [Known, Known];
  if (a.cpuModel == null || b.cpuModel == null) return null;
  return machineFacts.every((of) => of(a) == null || of(b) == null || of(a) === of(b));
}
type Known = Record<string, unknown>;

const machineFacts: readonly ((of: Known) => unknown)[] = [
  (of) => of.machineId,
  (of) => of.nodeUuid,
  (of) => of.cpuModel,
  (of) => of.logicalCpus,
  // The kernel keeps some for itself, not always as much.
  (of) => (typeof of.memoryBytes === 'number' ? Math.round(of.memoryBytes / 1e9) : null),
];

/** Why a run tells nothing of the scatter between days on the machine of those compared; null where it may. */
export function unfitRun(compared: readonly Pick<AnalysedRun, 'report'>[], { report }: RunOf): string | null {
  if (compared.some((one) => isSameMachine(one, { report }) !== true))
    return 'it is of another machine, or does not tell of which';
  if (report.run.status !== 'complete') return `it is ${report.run.status}, not complete`;
  const grave = bearingOf(report.run).find(({ effect }) => effect === 'withholds');
  if (grave) return grave.clause;
  const [a, b] = [compared[0]!.report.source, report.source];
  return a === null || b === null || isMeasured(a) !== isMeasured(b) ? 'its joules are of another kind' : null;
}

function unfitFor({ first, second }: Sides, run: AnalysedRun): string | null {
  const unfit = unfitRun([...first, ...second], run);
  return unfit ?? (run.results.filter(isComparable).length < 2 ? 'it has no two configurations to relate' : null);
}

export type Control = { groups: EqualRuns[]; runs: AnalysedRun[]; unfit: ComparisonNote[] };

/** What is compared: configurations of both sides, each related to the reference. */
export type Related = { sides: Sides; pairs: readonly Pair[]; reference: Pair };

/**
 * The groups of equal runs among those of the past.
 *
 * @param past runs that are not compared themselves
 * @param named whether a person named them: then they may be of another experiment, and it is told which are of no use
 */
export function controlOf(past: readonly AnalysedRun[], related: Related, named: boolean): Control {
  const { first, second } = related.sides;
  const own = { first: experimentKey(first[0]!), second: experimentKey(second[0]!) };
  const reasons = new Map(past.map((run) => [run, unfitFor(related.sides, run)]));
  const groups = new Map<string, AnalysedRun[]>();
  for (const run of past) {
    if (reasons.get(run) !== null) continue;
    const key = `${experimentKey(run)} ${settingsKey(run)}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const control: Control = { groups: [], runs: [], unfit: [] };
  for (const runs of groups.values()) {
    const key = experimentKey(runs[0]!);
    const side = key === own.first ? 'first' : key === own.second ? 'second' : null;
    if (side === null && !named) continue;
    const values = side === null ? ownValues(runs) : valuesOf(runs, related, side);
    if (values.length === 0) continue;
    control.groups.push({ runs: values.map(({ value }) => value), isAligned: side !== null });
    control.runs.push(...values.map(({ run }) => run));
  }
  if (named) {
    const used = new Set(control.runs);
    control.unfit = past
      .filter((run) => !used.has(run))
      .map((run) => ({
        code: 'control',
        message: `${run.report.run.id} is no control: ${reasons.get(run) ?? 'it lacks configurations of the others'}.`,
      }));
  }
  return control;
}

/** Values of runs of the same experiment as one side, in the order of the pairs; those that lack a configuration are left out. */
function valuesOf(runs: readonly AnalysedRun[], { pairs, reference }: Related, side: keyof Pair) {
  const days = daysOfRuns(runs);
  return runs.flatMap((run, i) => {
    const like = (pair: Pair) => run.results.find(({ id }) => id === pair[side][0]!.id);
    const own = like(reference);
    const others = pairs.map(like);
    const isKnown = (list: typeof others): list is ConfigurationResult[] =>
      list.every((result) => result !== undefined && isComparable(result));
    return own && isComparable(own) && isKnown(others) ? valueOf(run, others, own, days[i]!) : [];
  });
}

/** Values of runs of an experiment of its own, each configuration that all of them have related to its own reference. */
function ownValues(runs: readonly AnalysedRun[]) {
  const days = daysOfRuns(runs);
  const sides = { first: runs, second: [] };
  const pairs = pairsOf(sides);
  const reference = referenceOf(pairs, sides);
  if (reference === null || pairs.length < 2) return [];
  const others = pairs.filter((pair) => pair !== reference.pair);
  return runs.flatMap((run, i) =>
    valueOf(
      run,
      others.map(({ first }) => first[i]!),
      reference.pair.first[i]!,
      days[i]!,
    ),
  );
}

function valueOf(
  run: AnalysedRun,
  results: readonly ConfigurationResult[],
  reference: ConfigurationResult,
  day: number,
): { run: AnalysedRun; value: RunValues }[] {
  const means = results.map((result) => runMean(lnRatios(result, reference), day));
  if (means.some(({ n }) => n === 0)) return [];
  const value = { day, values: means.map((m) => m.value), withinVariances: means.map((m) => m.variance) };
  return [{ run, value }];
}
