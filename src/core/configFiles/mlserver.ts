import type { Current } from '../configuration/inUse';
import { applyEdits, byHand, type ConfigFile, editBetween, placeOf, type Suggestion } from './configFile';
import { delayMs, type JudgedPolicy, type ServerPolicy, unlikeServer } from './serverPolicy';
import { isJson, type JsonObject, jsonTokensOf, nameOf, numberOf, readObject, setProperty } from './jsonObject';

/**
 * MLServer's `model-settings.json` and `settings.json`. In the first, `max_batch_size` above 1 turns on adaptive batching, together with
 * `max_batch_time` in seconds (docs.seldon.ai/mlserver, "Adaptive batching"). A batch that is full, or whose time is over, is handed on at
 * once, whether a worker is free or not (mlserver/batching/adaptive.py, _batcher and _batch_requests). In the second file, which is for the whole server, `parallel_workers`
 * is the number of processes that run inference ("Parallel inference"); the key of the same name in the first is deprecated and does nothing.
 */

/** null where the text is no JSON object. */
export function recogniseMlserver(text: string): ConfigFile | null {
  const settings = readObject(text);
  const has = (...keys: string[]) => settings?.properties.find((p) => keys.includes(p.key));
  const main = has('max_batch_size') ?? has('name') ?? has('implementation', 'parameters');
  if (!settings || !main) return null;
  const size = numberOf(text, settings, 'max_batch_size') ?? 0;
  return {
    kind: 'mlserver',
    text,
    places: [placeOf(text, main.key, main.start, main.keyEnd - main.start)],
    // 0 and 1 leave adaptive batching off: requests are run as they come.
    today: size > 1 ? { batchSize: size } : {},
    ...(settings.problem === null && { policy: policyOf(text, settings, size) }),
  };
}

function policyOf(text: string, settings: JsonObject, size: number): ServerPolicy {
  const seconds = secondsOf(text, settings) ?? Number.NaN;
  const batchTimeoutMs = seconds > 0 ? delayMs(seconds, 0.001) : undefined;
  const missing = [
    ...(size > 1 ? [] : ['"max_batch_size" above 1']),
    ...(seconds > 0 ? [] : ['"max_batch_time" above 0']),
  ];
  return {
    ...(batchTimeoutMs !== undefined && { batching: 'timeout', batchTimeoutMs }),
    ...(missing.length > 0 && {
      noBatches: `There is no ${missing.join(' and no ')}, so MLServer runs each request as its client sends it.`,
    }),
  };
}

/** How long a request may wait for others; null: not said, or no number. */
function secondsOf(text: string, settings: JsonObject): number | null {
  const property = settings.properties.findLast((p) => p.key === timeKey);
  const written = property ? text.slice(property.valueStart, property.valueEnd) : '';
  return /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(written) ? Number(written) : null;
}

const timeKey = 'max_batch_time';

/** null where the text does not say how many processes there are: many other programs have a file of this name. */
export function recogniseMlserverSettings(text: string): ConfigFile | null {
  if (!text.includes('"parallel_workers"')) return null;
  const settings = readObject(text);
  const main = settings?.properties.find((p) => p.key === 'parallel_workers');
  if (!settings || !main) return null;
  const workers = numberOf(text, settings, 'parallel_workers');
  return {
    kind: 'mlserver-settings',
    text,
    places: [placeOf(text, main.key, main.start, main.keyEnd - main.start)],
    // 0: the server's own process runs the model.
    ...(workers === undefined
      ? { today: {} }
      : { today: { instances: Math.max(1, workers) }, policy: { instances: Math.max(1, workers) } }),
  };
}

export function editMlserver(text: string, use: Current, policy: JudgedPolicy | null): Suggestion {
  const { batchSize, instances } = use;
  const timeoutMs = policy?.batching === 'timeout' ? policy.timeoutMs : null;
  const unlike = policy && unlikeServer(policy, batchSize, { does: 'timeout', server: 'MLServer' });
  if (unlike && policy.batching === 'full')
    return {
      refused: `The verdict is for batches that wait until they are full, which MLServer does not do: set "${timeKey}" (seconds) to how long a request may wait, and sla.batching in no experiment, so that what this file says is taken. Not changed.`,
    };
  if (unlike) return { refused: unlike };
  if (batchSize > 1 && timeoutMs === 0)
    return {
      refused: `The verdict is for batches that wait for no further request, and MLServer forms none where "${timeKey}" is 0: run the experiment with a sla.batchTimeoutMs above 0. Not changed.`,
    };
  const wanted: [string, number][] = [['max_batch_size', batchSize]];
  if (timeoutMs !== null && batchSize > 1) wanted.push([timeKey, Number((timeoutMs / 1000).toPrecision(12))]);
  const notes = (changes: boolean, settings: JsonObject) => {
    const waits = (secondsOf(text, settings) ?? 0) > 0 || (timeoutMs ?? 0) > 0;
    return [
      ...(!changes || waits || batchSize === 1
        ? []
        : [
            'MLServer forms batches only where "max_batch_time" (seconds) is above 0 as well: set how long a request may wait.',
          ]),
      ...(instances === undefined
        ? []
        : [`Set "parallel_workers" to ${instances} in settings.json: the number of processes is the whole server’s.`]),
    ];
  };
  return setNumbers(text, wanted, use, notes);
}

export function editMlserverSettings(text: string, use: Current, policy: JudgedPolicy | null): Suggestion {
  const { batchSize, instances } = use;
  const unlike = policy && unlikeServer(policy, batchSize, { does: 'timeout', server: 'MLServer' });
  const time =
    policy?.timeoutMs && !unlike ? ` and "${timeKey}" to ${Number((policy.timeoutMs / 1000).toPrecision(12))}` : '';
  const note = `Set "max_batch_size" to ${batchSize}${time} in the model’s model-settings.json: batches are formed for each model.`;
  if (instances === undefined)
    return { refused: `The result names no number of processes, and the batch size does not stand here. ${note}` };
  return setNumbers(text, [['parallel_workers', instances]], use, () => [...(unlike ? [unlike] : []), note]);
}

function setNumbers(
  text: string,
  wanted: readonly [string, number][],
  use: Current,
  notes: (changes: boolean, settings: JsonObject) => string[],
): Suggestion {
  let after = text;
  for (const [key, value] of wanted) {
    const settings = readObject(after);
    const advice = `set "${key}" to ${value} by hand`;
    if (!settings || settings.problem !== null || !isJson(after)) {
      const at = settings?.problem ?? null;
      const where = at === null ? 'The file' : `Line ${placeOf(after, '', at, 0).line}`;
      return { refused: `${where} cannot be read as JSON: mend it, or ${advice}. Not changed.` };
    }
    if (key === timeKey && secondsOf(after, settings) === value && isOnce(settings, key)) continue;
    const edit = setProperty(after, settings, key, value);
    if (typeof edit === 'string') return { refused: `${edit}: ${advice}. Not changed.` };
    if (edit) after = applyEdits(after, [edit]);
  }
  const edits = editBetween(text, after);
  const all = [...notes(edits.length > 0, readObject(text)!), ...byHand.threads(use), ...byHand.spinning(use)];
  return { edits, note: all.join(' ') || null };
}

const isOnce = ({ properties }: JsonObject, key: string) => properties.filter((p) => p.key === key).length === 1;

/** What the file says besides batching, processes and comments: the same before and after a suggestion is applied. */
export function mlserverIdentity(text: string): string {
  const left = (readObject(text)?.properties ?? []).filter((p) =>
    /^(max_batch_(size|time)|parallel_workers)$/.test(p.key),
  );
  return jsonTokensOf(text)
    .filter(({ text: sign, start }) => sign !== ',' && !left.some((p) => start >= p.start && start < p.valueEnd))
    .map((token) => token.text)
    .join('\n');
}

/** `parameters.uri`, the model that the settings name; null where they name none. */
export function mlserverModel(text: string): string | null {
  const parameters = readObject(text)?.properties.findLast((p) => p.key === 'parameters');
  const inner = parameters && readObject(text, parameters.valueStart, parameters.valueEnd);
  const uri = inner?.properties.findLast((p) => p.key === 'uri');
  const quoted = uri ? text.slice(uri.valueStart, uri.valueEnd) : '';
  return quoted.startsWith('"') ? nameOf(quoted) : null;
}
