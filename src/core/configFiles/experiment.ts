import type { Current } from '../configuration/inUse';
import { setCurrent } from '../spec/specEdit';
import { type ConfigFile, placeOf, type Suggestion, wholeNumber } from './configFile';

/** The name of every experiment file ends so. */
export const isExperimentName = (fileName: string) => /\.energy\.ya?ml$/i.test(fileName);

/** Finds the keys by their lines: quick enough for every keystroke. Whether the experiment is valid is for `parseSpec`. */
export function recogniseExperiment(text: string): ConfigFile {
  const key = /^\uFEFF?(batchSizes)[ \t]*:/m.exec(text);
  const offset = key ? key.index + key[0].indexOf('batchSizes') : 0;
  const place = placeOf(text, key ? 'batchSizes' : '', offset, key ? 'batchSizes'.length : 0);
  return { kind: 'experiment', text, places: [place], batchSize: currentBatchSize(text) };
}

/** `current.batchSize`, in flow or block style; null where it is written in another way or not at all. */
function currentBatchSize(text: string): number | null {
  const start = /^current[ \t]*:/m.exec(text);
  if (!start) return null;
  const [first = '', ...lines] = text.slice(start.index + start[0].length, start.index + 10_000).split('\n');
  const flow = /^[ \t]*\{(?:[^}\n]*,)?[ \t]*batchSize[ \t]*:[ \t]*(\d+)[ \t]*[,}]/.exec(first);
  if (flow) return wholeNumber(flow[1]);
  for (const line of lines) {
    if (/^[^\s#]/.test(line)) return null;
    const block = /^[ \t]+batchSize[ \t]*:[ \t]*(\d+)[ \t\r]*(#.*)?$/.exec(line);
    if (block) return wholeNumber(block[1]);
  }
  return null;
}

/** Sets what `current` says, told as the one stretch of text that changes. */
export function editExperiment(text: string, use: Current): Suggestion {
  let after: string;
  try {
    after = setCurrent(text, use);
  } catch (error) {
    return { refused: `${error instanceof Error ? error.message : String(error)} Not changed.` };
  }
  if (after === text) return { edits: [], note: null };
  let start = 0;
  while (start < text.length && text[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(text.length, after.length) - start;
  while (end < most && text[text.length - 1 - end] === after[after.length - 1 - end]) end++;
  const newText = after.slice(start, after.length - end);
  return { edits: [{ offset: start, length: text.length - end - start, newText }], note: null };
}
