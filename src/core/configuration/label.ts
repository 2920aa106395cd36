import type { Configuration } from './configuration';
import { factors, variedFactors } from './factors';
import { shortModelNames } from './modelNames';

/** Names for people: `batch 8`, and the model, threads and spinning only where the sweep has several of them. */
export function configurationLabels(configurations: readonly Configuration[]): Map<string, string> {
  const varied = new Set(variedFactors(configurations).map(({ key }) => key));
  const modelName = modelNames(configurations);
  const extras = factors.filter(({ key }) => key !== 'model' && key !== 'batchSize' && varied.has(key));
  return new Map(
    configurations.map((c) => {
      const phrases = extras.map((factor) => factor.phrase(c, ''));
      const batch = `batch ${c.batchSize}${phrases.length > 0 ? ` (${phrases.join(', ')})` : ''}`;
      return [c.id, varied.has('model') ? `${modelName(c)} at ${batch}` : batch];
    }),
  );
}

/** What a series over batch sizes is called: its model, and threads and spinning where the sweep has several of them. */
export function seriesName(member: Configuration, configurations: readonly Configuration[]): string {
  const modelName = modelNames(configurations)(member);
  const extras = variedFactors(configurations).filter(({ key }) => key !== 'model' && key !== 'batchSize');
  return [modelName, ...extras.map((factor) => factor.phrase(member, modelName))].join(', ');
}

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
