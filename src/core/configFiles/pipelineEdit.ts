import { isMap, isScalar, isSeq } from 'yaml';
import { rangeOf } from '../spec/specProblem';
import { nodesAt, readSpecYaml } from '../spec/specYaml';
import { lineEndOf, type TextEdit } from './configFile';

/**
 * Names a run as the profile of a stage: in place of `gone`, a run that is named there and is no longer, else as one more. Comments and layout
 * stay.
 *
 * @param text of a valid pipeline file @param stage its index
 * @returns null where the stage is written in a way that has to be changed by hand (in braces, say)
 */
export function nameRun(text: string, stage: number, id: string, gone: string | null): TextEdit[] | null {
  // An id of ours is plain text in YAML; a folder that somebody renamed may be a number there, or anything.
  const run = /^\d{8}-\d{6}-[\w-]+$/.test(id) ? id : JSON.stringify(id);
  const mark = text.startsWith('\uFEFF') ? 1 : 0;
  const { document } = readSpecYaml(text.slice(mark));
  const at = (offset: number, length: number, newText: string): TextEdit[] => [
    { offset: offset + mark, length, newText },
  ];
  const map = document && nodesAt(document, ['stages', stage]).value;
  if (!document || !isMap(map) || map.flow) return null;
  const profiles = nodesAt(document, ['stages', stage, 'profiles']).value;
  if (gone !== null && isSeq(profiles)) {
    for (let i = 0; i < profiles.items.length; i++) {
      const { value } = nodesAt(document, ['stages', stage, 'profiles', i, 'run']);
      if (!isScalar(value) || value.value !== gone) continue;
      const [start, end] = rangeOf(value);
      return at(start, end - start, run);
    }
  }
  const isEmpty = isSeq(profiles) && profiles.items.length === 0;
  if (isEmpty) {
    const [start, end] = rangeOf(profiles);
    return at(start, end - start, `[{ run: ${run} }]`);
  }
  if (profiles !== null) return null;
  const { key, value } = nodesAt(document, ['stages', stage, 'name']);
  if (!key || !value) return null;
  const body = text.slice(mark);
  const [start] = rangeOf(key);
  const column = start - (body.lastIndexOf('\n', start - 1) + 1);
  const lineEnd = body.indexOf('\n', rangeOf(value)[1]);
  const added = `${' '.repeat(column)}profiles: [{ run: ${run} }]`;
  const end = lineEndOf(body);
  return lineEnd === -1 ? at(body.length, 0, `${end}${added}`) : at(lineEnd + 1, 0, `${added}${end}`);
}
