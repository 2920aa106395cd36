import type { Configuration } from '../run/events';
import { shortModelNames } from '../spec/modelNames';

/** Names for people: `batch 8`, and the model, threads and spinning only where the sweep has several of them. */
export function configurationLabels(configurations: readonly Configuration[]): Map<string, string> {
  const several = <T>(of: (c: Configuration) => T) => new Set(configurations.map(of)).size > 1;
  const models = [...new Set(configurations.map((c) => c.model))];
  const names = shortModelNames(models);
  const [showModel, showThreads, showSpinning] = [
    models.length > 1,
    several((c) => c.threads),
    several((c) => c.spinning),
  ];
  return new Map(
    configurations.map((c) => {
      const extras = [
        ...(showThreads ? [`${c.threads} ${c.threads === 1 ? 'thread' : 'threads'}`] : []),
        ...(showSpinning ? [c.spinning ? 'spinning' : 'not spinning'] : []),
      ];
      const batch = `batch ${c.batchSize}${extras.length > 0 ? ` (${extras.join(', ')})` : ''}`;
      return [c.id, showModel ? `${names[models.indexOf(c.model)]} at ${batch}` : batch];
    }),
  );
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** First letter as a capital, except of a model's name, which stays as it is written. */
export function sentenceCase(text: string): string {
  return text.startsWith('batch ') ? `B${text.slice(1)}` : text;
}
