import { type ConfigPlace, isTemplate, longestConfig, placeOf } from './configFile';

/** Keys at the top that IPA's run configs have, and none of its profiling configs has all of. */
const keys = [
  'pipeline_name',
  'nodes',
  'profiling_series',
  'model_name',
  'task_name',
  'alpha',
  'beta',
  'gamma',
  'scaling_cap',
  'batching_cap',
] as const;

/**
 * Where `pipeline_name` stands in a run config of IPA (`data/configs/final`), null for any other text. By lines: quick enough for every
 * keystroke; whether it can be imported is for `greenbatch pipeline import`.
 */
export function recogniseIpaRunConfig(fileName: string, text: string): ConfigPlace | null {
  if (!/\.ya?ml$/i.test(fileName) || text.length > longestConfig || isTemplate(text)) return null;
  const found = keys.map((key) => new RegExp(`^\\uFEFF?${key}[ \\t]*:`, 'm').exec(text));
  if (found.some((match) => match === null)) return null;
  const [first] = found;
  const offset = first!.index + first![0].indexOf(keys[0]);
  return placeOf(text, keys[0], offset, keys[0].length);
}
