import type { Current } from '../configuration/inUse';
import { byHand, type ConfigFile, placeOf, type Suggestion, type TextEdit } from './configFile';
import { isJson, type JsonObject, jsonTokensOf, nameOf, numberOf, readObject, setProperty } from './jsonObject';

/**
 * MLServer's `model-settings.json` and `settings.json`. In the first, `max_batch_size` above 1 turns on adaptive batching, together with
 * `max_batch_time` in seconds (docs.seldon.ai/mlserver, "Adaptive batching"). In the second, which is for the whole server, `parallel_workers`
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
  };
}

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
    today: workers === undefined ? {} : { instances: Math.max(1, workers) },
  };
}

export function editMlserver(text: string, use: Current): Suggestion {
  const { batchSize, instances } = use;
  const notes = (changes: boolean, settings: JsonObject) => {
    const seconds = settings.properties.findLast((p) => p.key === 'max_batch_time');
    const waits = seconds !== undefined && Number(text.slice(seconds.valueStart, seconds.valueEnd)) > 0;
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
  return setOne(text, 'max_batch_size', batchSize, use, notes);
}

export function editMlserverSettings(text: string, use: Current): Suggestion {
  const { batchSize, instances } = use;
  const note = `Set "max_batch_size" to ${batchSize} in the model’s model-settings.json: batches are formed for each model.`;
  if (instances === undefined)
    return { refused: `The result names no number of processes, and the batch size does not stand here. ${note}` };
  return setOne(text, 'parallel_workers', instances, use, () => [note]);
}

function setOne(
  text: string,
  key: string,
  value: number,
  use: Current,
  notes: (changes: boolean, settings: JsonObject) => string[],
): Suggestion {
  const settings = readObject(text);
  const advice = `set "${key}" to ${value} by hand`;
  if (!settings || settings.problem !== null || !isJson(text)) {
    const at = settings?.problem ?? null;
    const where = at === null ? 'The file' : `Line ${placeOf(text, '', at, 0).line}`;
    return { refused: `${where} cannot be read as JSON: mend it, or ${advice}. Not changed.` };
  }
  const edit = setProperty(text, settings, key, value);
  if (typeof edit === 'string') return { refused: `${edit}: ${advice}. Not changed.` };
  const edits: TextEdit[] = edit ? [edit] : [];
  const all = [...notes(edit !== null, settings), ...byHand.threads(use), ...byHand.spinning(use)];
  return { edits, note: all.join(' ') || null };
}

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
