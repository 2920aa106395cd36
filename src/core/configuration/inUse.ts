import type { Configuration } from './configuration';
import { type FactorKey, factors, variedFactors } from './factors';

/** What runs today, as far as a person or a serving config says: the batch size, and what else is known. */
export type Current = { batchSize: number } & { [K in Exclude<FactorKey, 'batchSize'>]?: Configuration[K] | undefined };

/** The configurations that what is said of today fits: one where it says enough, several where it does not. */
export function configurationsInUse<C extends Configuration>(
  configurations: readonly C[],
  current: Current | undefined,
): C[] {
  return configurations.filter((c) => mayBeInUse(c, current));
}

/**
 * Whether this one runs today. Where several configurations fit what is said, none of them is known to.
 *
 * @param all all configurations of the run
 */
export function isInUse(configuration: Configuration, all: readonly Configuration[], current: Current | undefined) {
  const [only, another] = configurationsInUse(all, current);
  return only !== undefined && another === undefined && only.id === configuration.id;
}

/** Whether what is said of today fits this one. */
export function mayBeInUse(configuration: Configuration, current: Partial<Current> | undefined): boolean {
  if (current === undefined) return false;
  return factors.every(({ key }) => current[key] === undefined || current[key] === configuration[key]);
}

/**
 * What a file must say so that this configuration, and no other of the run, is the one in use: the batch size, what the
 * run varies besides, and what the file says already.
 */
export function currentOf(
  configuration: Configuration,
  all: readonly Configuration[],
  before: Current | undefined = undefined,
): Current {
  const varied = new Set(variedFactors(all).map(({ key }) => key));
  const said = factors.filter(({ key }) => key !== 'batchSize' && (varied.has(key) || before?.[key] !== undefined));
  return Object.assign(
    { batchSize: configuration.batchSize },
    ...said.map(({ key }) => ({ [key]: configuration[key] })),
  ) as Current;
}

/** What is said of a configuration, in a sentence: `batch 8, 4 processes, 2 threads`. */
export function currentText(said: Partial<Current>): string {
  return factors
    .filter(({ key }) => said[key] !== undefined)
    .map((factor) => factor.phrase(said as Configuration, said.model ?? ''))
    .join(', ');
}

/**
 * What runs today by what a file says of it: all of that, and nothing else, but for the batch size of one that names none.
 *
 * @param before what the run was told: it stands where the file says nothing
 */
export function currentSaidBy(said: Partial<Current>, before: Current | undefined): Current | undefined {
  if (Object.keys(said).length === 0) return before;
  const batchSize = said.batchSize ?? before?.batchSize;
  return batchSize === undefined ? undefined : { ...said, batchSize };
}
