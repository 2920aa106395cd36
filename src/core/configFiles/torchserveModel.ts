import type { Current } from '../configuration/inUse';
import { setInSpec } from '../spec/specEdit';
import { byHand, type ConfigFile, cpuAlone, editBetween, placeOf, type Suggestion, wholeNumber } from './configFile';
import { type JudgedPolicy, longestDelayMs, unlikeServer, wholeDelay } from './serverPolicy';

/**
 * TorchServe's model configuration, `model-config.yaml` (pytorch/serve, model-archiver/README.md, "Config file"): `minWorkers` processes
 * are started with the server, `batchSize` requests at most are run together. A worker that is free takes what waits, and waits at most
 * `maxBatchDelay` milliseconds for more (Model.java, pollBatch).
 */

const keys = ['minWorkers', 'maxWorkers', 'batchSize'] as const;

/** Where nothing is said, and in this file where it is 0 (ModelManager.java, createModel). */
export const usualDelayMs = 100;

/**
 * `maxBatchDelay` for a verdict's delay; null where there is none, or no request waits for another. At 0 a worker stops after the second
 * request, however many wait: then it is 1.
 */
export function torchserveDelay(
  policy: JudgedPolicy | null,
  batchSize: number,
): { value: number; notes: string[] } | null {
  if (policy?.batching !== 'when-free') return null;
  const delay = wholeDelay(policy.timeoutMs ?? 0, 1, 'millisecond');
  if (delay.value > 0 || batchSize === 1) return delay.value > 0 ? delay : null;
  const note =
    'maxBatchDelay is 1 millisecond, the least: with 0 a worker takes at most two requests into a batch, in a model-config.yaml 0 counts as not said.';
  return { value: 1, notes: [note] };
}

/** Finds the keys by their lines. null where the text has too few of them to be of this kind. */
export function recogniseTorchserveModel(text: string): ConfigFile | null {
  if (!text.includes('Workers')) return null;
  const lines = keys.flatMap((key) => {
    const match = new RegExp(`^${key}[ \\t]*:(?!\\S)[ \\t]*([^#\\r\\n]*)`, 'm').exec(text);
    return match ? [{ key, start: match.index, value: wholeNumber(match[1]!.trim()) }] : [];
  });
  if (lines.length < 2) return null;
  const main = lines.find(({ key }) => key === 'batchSize') ?? lines[0]!;
  const number = (name: string) => lines.find(({ key }) => key === name)?.value ?? 0;
  const [batchSize, instances] = [number('batchSize'), number('minWorkers')];
  const delay = delayOf(text);
  const onGpu = /^deviceType[ \t]*:[ \t]*["']?gpu\b/im.test(text) || /^deviceIds[ \t]*:/m.test(text);
  return {
    kind: 'torchserve-model',
    text,
    places: [placeOf(text, main.key, main.start, main.key.length)],
    today: { ...(batchSize > 0 && { batchSize }), ...(instances > 0 && { instances }) },
    policy: {
      ...(delay !== null && { batching: 'when-free', batchTimeoutMs: delay }),
      ...(instances > 0 && { instances }),
    },
    ...(onGpu && {
      onGpu: `This model runs on GPUs (deviceType, deviceIds). ${cpuAlone}`,
    }),
  };
}

/** Milliseconds; null where that cannot be read. */
function delayOf(text: string): number | null {
  const [said, another] = [...text.matchAll(/^maxBatchDelay[ \t]*:(?!\S)[ \t]*([^#\r\n]*)/gm)];
  if (!said) return usualDelayMs;
  const value = another ? null : wholeNumber(said[1]!.trim());
  return value === null || value > longestDelayMs ? null : value || usualDelayMs;
}

export function editTorchserveModel(text: string, use: Current, policy: JudgedPolicy | null): Suggestion {
  const { batchSize, instances } = use;
  const unlike = policy && unlikeServer(policy, batchSize, { does: 'when-free', server: 'TorchServe' });
  if (unlike) return { refused: unlike };
  const delay = torchserveDelay(policy, batchSize);
  const onGpu = recogniseTorchserveModel(text)?.onGpu;
  if (onGpu !== undefined) return { refused: `${onGpu} Not changed.` };
  let after = text;
  try {
    after = setInSpec(after, ['batchSize'], batchSize);
    if (instances !== undefined)
      for (const key of ['minWorkers', 'maxWorkers']) after = setInSpec(after, [key], instances);
    if (delay && delay.value !== delayOf(text)) after = setInSpec(after, ['maxBatchDelay'], delay.value);
  } catch (error) {
    return { refused: `${error instanceof Error ? error.message : String(error)} Not changed.` };
  }
  const edits = editBetween(text, after);
  const notes = [...(delay?.notes ?? []), ...byHand.threads(use), ...byHand.spinning(use)];
  if (edits.length > 0 && !delay && batchSize > 1 && !/^maxBatchDelay[ \t]*:/m.test(text)) notes.push(batchDelayNote);
  if (edits.length > 0 && !/^deviceType[ \t]*:[ \t]*["']?cpu\b/im.test(text))
    notes.push('TorchServe uses a GPU where it finds one (no deviceType: cpu): the figures are the CPU’s.');
  return { edits, note: notes.join(' ') || null };
}

/** Told where batches are formed and nothing says how long that may take. */
export const batchDelayNote = 'maxBatchDelay (milliseconds) is how long a request waits for its batch: set it too.';

/** What the file says besides batch sizes, workers and comments: the same before and after a suggestion is applied. */
export function torchserveModelIdentity(text: string): string {
  return text
    .split(/\r?\n/)
    .filter((line) => !/^(minWorkers|maxWorkers|batchSize|maxBatchDelay)[ \t]*:/.test(line))
    .map((line) => line.replace(/(^|[ \t])#.*$/, '').trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}
