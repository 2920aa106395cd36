import type { Configuration } from './configuration';
import { type FactorKey, variedFactors } from './factors';
import { shortModelNames } from './modelNames';
import { splitText, variesSplit } from './split';

/**
 * Names for people: `batch 8`; the model, processes, threads and spinning only where the sweep has several of them.
 * Processes and threads that both vary are the split of the cores: `batch 8 as 4 × 4 threads`.
 */
export function configurationLabels(configurations: readonly Configuration[]): Map<string, string> {
  const isSplit = variesSplit(configurations);
  const modelName = modelNames(configurations);
  const several = new Set(configurations.map((c) => c.model)).size > 1;
  const extras = variedExcept(['model', 'batchSize', ...(isSplit ? split : [])], configurations);
  return new Map(
    configurations.map((c) => {
      const phrases = extras.map((factor) => factor.phrase(c, ''));
      const beside = phrases.length > 0 ? ` (${phrases.join(', ')})` : '';
      const batch = `batch ${c.batchSize}${isSplit ? ` as ${splitText(c)}` : ''}${beside}`;
      return [c.id, several ? `${modelName(c)} at ${batch}` : batch];
    }),
  );
}

/**
 * What a configuration is beside what a picture shows of it already: its model, split and spinning, each where the sweep
 * has several of it. Empty where nothing is left.
 *
 * @param shown what need not be said: the factor along the axis, the one that a small plot is of
 */
export function seriesPhrases(
  member: Configuration,
  configurations: readonly Configuration[],
  shown: readonly FactorKey[],
): string[] {
  const isSplit = variesSplit(configurations) && !split.some((key) => shown.includes(key));
  const name = modelNames(configurations)(member);
  return variedExcept(shown, configurations).flatMap((factor) => {
    if (!isSplit || !split.includes(factor.key)) return [factor.phrase(member, name)];
    return factor.key === 'instances' ? [splitText(member)] : [];
  });
}

/** What a series over batch sizes is called: its model, and what else the sweep has several of. */
export function seriesName(member: Configuration, configurations: readonly Configuration[]): string {
  const phrases = seriesPhrases(member, configurations, ['model', 'batchSize']);
  return [modelNames(configurations)(member), ...phrases].join(', ');
}

const split: readonly FactorKey[] = ['instances', 'threads'];

const variedExcept = (shown: readonly FactorKey[], configurations: readonly Configuration[]) =>
  variedFactors(configurations).filter(({ key }) => !shown.includes(key));

/** The short name of each configuration's model, unique among them. */
export function modelNames(configurations: readonly Configuration[]): (c: Pick<Configuration, 'model'>) => string {
  const models = [...new Set(configurations.map((c) => c.model))];
  const names = new Map(shortModelNames(models).map((name, i) => [models[i]!, name]));
  return ({ model }) => names.get(model) ?? model;
}

/** First letter as a capital, except of a model's name, which stays as it is written. */
export function sentenceCase(text: string): string {
  return text.startsWith('batch ') ? `B${text.slice(1)}` : text;
}
