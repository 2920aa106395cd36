import type { Current } from '../configuration/inUse';
import { setCurrent, setInSpec } from '../spec/specEdit';
import { parseSpec } from '../spec/specText';
import type { JudgedPolicy } from './serverPolicy';
import { type ConfigFile, editBetween, placeOf, type Suggestion, wholeNumber } from './configFile';

/** The name of every experiment file ends so. */
export const isExperimentName = (fileName: string) => /\.energy\.ya?ml$/i.test(fileName);

/** Finds the keys by their lines: quick enough for every keystroke. Whether the experiment is valid is for `parseSpec`. */
export function recogniseExperiment(text: string): ConfigFile {
  const key = /^\uFEFF?(batchSizes)[ \t]*:/m.exec(text);
  const offset = key ? key.index + key[0].indexOf('batchSizes') : 0;
  const place = placeOf(text, key ? 'batchSizes' : '', offset, key ? 'batchSizes'.length : 0);
  const batchSize = currentBatchSize(text);
  return { kind: 'experiment', text, places: [place], today: batchSize === null ? {} : { batchSize } };
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

/** Sets what `current` says, and of the service level what the verdict took from elsewhere. */
export function editExperiment(text: string, use: Current, policy: JudgedPolicy | null): Suggestion {
  let after: string;
  try {
    after = setCurrent(text, use);
    for (const [key, value] of policyUnsaid(text, policy)) after = setInSpec(after, ['sla', key], value);
  } catch (error) {
    return { refused: `${error instanceof Error ? error.message : String(error)} Not changed.` };
  }
  return { edits: editBetween(text, after), note: null };
}

/** What of a verdict's policy the experiment's own service level neither says nor means by saying nothing. */
function policyUnsaid(text: string, policy: JudgedPolicy | null): [key: string, value: string | number][] {
  const parsed = policy && parseSpec(text);
  if (!parsed?.ok || !parsed.spec.sla) return [];
  const { sla } = parsed.spec;
  const { batching, timeoutMs, instances } = policy!;
  const isFormedSo = sla.batching === undefined && sla.batchTimeoutMs === undefined && batching !== 'full';
  return [
    ...(isFormedSo
      ? ([
          ['batching', batching],
          ['batchTimeoutMs', timeoutMs ?? 0],
        ] as [string, string | number][])
      : []),
    ...(sla.instances === undefined && instances !== undefined ? [['instances', instances] as [string, number]] : []),
  ];
}
