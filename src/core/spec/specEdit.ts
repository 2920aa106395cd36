import type { Current } from '../configuration/inUse';
import type { SpecPath } from './specJsonSchema';
import { pathText } from './specProblem';
import { withoutByteOrderMark } from './specText';
import { readSpecYaml } from './specYaml';
import { editYaml } from './yamlEdit';
import { isSameData, withValue, type YamlValue, yamlFlow } from './yamlValue';

/** Writes what is in use today, adding `current:` where it is missing. Keys that are not given stay as they are. */
export function setCurrent(text: string, current: Current): string {
  let edited = text;
  for (const [key, value] of Object.entries(current)) {
    if (value !== undefined) edited = setInSpec(edited, ['current', key], value);
  }
  return edited;
}

/**
 * The text with one value set and everything else as it was, to the byte: comments, quotes, order, blank
 * lines. Missing parents are added. The text must be YAML, not necessarily a valid experiment.
 *
 * Throws an Error with a message for people where the text is not YAML, or where the value cannot be set in
 * place (others share it through an anchor, for example).
 */
export function setInSpec(text: string, path: SpecPath, value: YamlValue): string {
  const body = withoutByteOrderMark(text);
  const byHand = `set ${pathText(path)} to ${yamlFlow(value)} by hand`;
  const before = readSpecYaml(body);
  const [problem] = before.problems;
  if (before.document === null || before.value === undefined || problem) {
    throw new Error(`Line ${problem?.line} cannot be read: ${problem?.message}. Mend it, or ${byHand}.`);
  }
  const edited = editYaml(body, before.document, path, value);
  const after = readSpecYaml(edited);
  // The proof that the edit did what it should and nothing besides: what the file says, before and after.
  if (after.problems.length > 0 || !isSameData(after.value, withValue(before.value, path, value))) {
    throw new Error(`${pathText(path)} cannot be changed without rewriting the file: ${byHand}.`);
  }
  return text.slice(0, text.length - body.length) + edited;
}
