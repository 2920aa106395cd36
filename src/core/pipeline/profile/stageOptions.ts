import { didYouMean } from '../../spec/specIssues';
import { optionsBy } from '../optionsBy';
import { mostOptions, type PipelineOption } from '../problem';
import type { ProfiledOption, StageProfile } from './stageProfile';

/** What of a pipeline file decides which options of its profiles a stage has. */
export type StageTerms = {
  /** Variant (or model, as a run names it) → accuracy. */
  accuracies?: Readonly<Record<string, number>> | undefined;
  /** Larger batches are left out. */
  batchingCap?: number | undefined;
};

export type StageOptions = { options: PipelineOption[]; notes: string[] };

/**
 * The profiles of a stage as one: each variant with its accuracy, each variant, batch and cores once.
 *
 * @returns `problem`: what is missing, a sentence that names the way out
 */
export function stageOptions(profiles: readonly StageProfile[], terms: StageTerms): StageOptions | { problem: string } {
  const count = profiles.reduce((sum, { options }) => sum + options.length, 0);
  // Before anything is done with them: each table alone may have so many.
  if (count > mostOptions)
    return { problem: `it has more than ${mostOptions} options in all: take profiles out, or rows of its tables.` };
  const all = profiles.flatMap(({ options, source }) => options.map((option) => ({ option, source })));
  const twice = firstTwice(all);
  if (twice !== null) return { problem: twice };
  const { batchingCap = Infinity } = terms;
  const small = all.filter(({ option }) => option.batch <= batchingCap).map(({ option }) => option);
  if (small.length === 0) {
    const least = all.reduce((min, { option }) => Math.min(min, option.batch), Infinity);
    return { problem: `all of its batches are above batchingCap (${batchingCap}): the smallest is ${least}.` };
  }
  const found = accuraciesOf(small, terms.accuracies ?? {});
  if ('problem' in found) return found;
  const options = small.map(({ model: _, ...option }) => ({ ...option, accuracy: found.of.get(option.variant)! }));
  return { options, notes: [...found.notes, ...idleNotes(profiles)] };
}

function firstTwice(all: readonly { option: ProfiledOption; source: string }[]): string | null {
  const seen = new Map<string, string>();
  for (const { option, source } of all) {
    const { variant, batch, cores } = option;
    const key = JSON.stringify([variant, batch, cores]);
    const before = seen.get(key);
    if (before !== undefined)
      return before === source
        ? `${variant} at batch ${batch} with cores: ${cores} stands twice (${source}): take one of them out.`
        : `${variant} at batch ${batch} with cores: ${cores} stands in two profiles (${before}; ${source}): take one of them out.`;
    seen.set(key, source);
  }
  return null;
}

const mostNamed = 20;

/** Names in a sentence, which is to be read. */
export const someOf = (names: readonly string[]): string =>
  names.length <= mostNamed
    ? names.join(', ')
    : `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more`;

type Given = Readonly<Record<string, number>>;

/** Measured ones first; what the file gives stands where nothing was measured, and decides where profiles disagree. */
function accuraciesOf(
  options: readonly ProfiledOption[],
  given: Given,
): { of: Map<string, number>; notes: string[] } | { problem: string } {
  const of = new Map<string, number>();
  const notes: string[] = [];
  const used = new Set<string>();
  const unknown: string[] = [];
  const [known, filled]: [string[], string[]] = [[], []];
  for (const [variant, own] of optionsBy(options, (option) => option.variant)) {
    const names = [variant, ...new Set(own.flatMap(({ model }) => (model === undefined ? [] : [model])))];
    const name = names.find((one) => Object.hasOwn(given, one));
    if (name !== undefined) used.add(name);
    const fromFile = name === undefined ? null : given[name]!;
    const measured = [...new Set(own.map(({ accuracy }) => accuracy).filter((accuracy) => accuracy !== null))];
    if (measured.length > 1 && fromFile === null)
      return {
        problem: `${variant} has several accuracies (${someOf(measured.map(String))}): say at accuracies which one it is.`,
      };
    if (measured.length === 1 && fromFile !== null && fromFile !== measured[0])
      notes.push(`accuracies.${name} (${fromFile}) is not used: a profile has ${measured[0]} for it.`);
    const accuracy = measured.length === 1 ? measured[0]! : fromFile;
    if (accuracy === null) unknown.push(variant);
    else of.set(variant, accuracy);
    (measured.length === 1 ? known : filled).push(variant);
  }
  const spare = Object.keys(given).filter((name) => !used.has(name));
  if (unknown.length > 0) {
    // Each with each: of many no slip is looked for.
    const near = unknown.slice(0, mostNamed);
    const hint = spare
      .slice(0, mostNamed)
      .map((name) => didYouMean(name, near))
      .find((text) => text !== '');
    const meant = hint === undefined ? '' : ` (accuracies has ${someOf(spare)}${hint})`;
    return {
      problem: `the accuracy of ${someOf(unknown)} is not known: no profile has it${meant}. Give it at accuracies, as "${unknown[0]}: NUMBER".`,
    };
  }
  const mixed = mixedUnits(of, known, filled);
  if (mixed !== null) return { problem: mixed };
  if (spare.length > 0) notes.push(`accuracies names ${someOf(spare)}, which no profile has.`);
  return { of, notes };
}

/** Percent beside shares of 1 would rank every variant with the one above every variant with the other. */
function mixedUnits(of: Map<string, number>, known: readonly string[], filled: readonly string[]): string | null {
  const share = known.find((variant) => Math.abs(of.get(variant)!) <= 1);
  const percent = filled.find((variant) => Math.abs(of.get(variant)!) > 1);
  if (share === undefined || percent === undefined || known.some((variant) => Math.abs(of.get(variant)!) > 1))
    return null;
  const value = of.get(percent)!;
  return `the accuracy of ${percent} is given as ${value}, and that of ${share} was measured as ${of.get(share)!} of 1: they are in different units. Give it as a share of 1 (${Number((value / 100).toPrecision(12))}) if it is in percent.`;
}

/** How idle power is charged, where a run has not told it. */
function idleNotes(profiles: readonly StageProfile[]): string[] {
  const told = profiles.filter(({ basis }) => basis === null);
  const gross = told.filter(({ options }) => options.some(({ energyIncludesIdle }) => energyIncludesIdle));
  const free = told.filter(({ options }) =>
    options.some((option) => !option.energyIncludesIdle && option.idleWattsPerCore === undefined),
  );
  return [
    ...gross.map(({ source }) => `the energy of ${source} is gross: no idle power is charged for its cores.`),
    ...free.map(({ source }) => `no idle power is charged for the cores of ${source}: idleWattsPerCore is not given.`),
  ];
}
