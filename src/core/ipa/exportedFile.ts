import type { YamlValue } from '../spec/yamlValue';
import { yamlFlow } from '../spec/yamlValue';

/** A file that is made for IPA; `name` may have folders in it, with `/`. */
export type ExportedFile = { name: string; text: string };

/**
 * A value in YAML's flow style as YAML 1.1 reads it, by which IPA's parser goes: `1e-6` is a text there, a number needs a point and a signed
 * exponent.
 */
export function flowForIpa(value: YamlValue): string {
  if (typeof value === 'number') return numberForIpa(value);
  if (Array.isArray(value)) return `[${value.map((item: YamlValue) => flowForIpa(item)).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${keyForIpa(key)}: ${flowForIpa(item as YamlValue)}`)
      .join(', ')} }`;
  return yamlFlow(value);
}

/** A key: whole numbers (batch sizes) as they are, all else as a text that no reader takes for something other. */
export const keyForIpa = (key: string) => (/^[1-9]\d*$/.test(key) ? key : yamlFlow(key));

function numberForIpa(value: number): string {
  const text = String(value);
  const [digits, exponent] = text.split('e') as [string, string?];
  if (exponent === undefined) return text;
  return `${digits.includes('.') ? digits : `${digits}.0`}e${/^[+-]/.test(exponent) ? exponent : `+${exponent}`}`;
}
