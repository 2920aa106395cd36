import type { Current } from '../configuration/inUse';
import {
  applyEdits,
  byHand,
  type ConfigFile,
  editBetween,
  lineEndOf,
  placeOf,
  type Suggestion,
  wholeNumber,
} from './configFile';
import { type JudgedPolicy, longestDelayMs, unlikeServer } from './serverPolicy';
import { batchDelayNote, torchserveDelay, usualDelayMs } from './torchserveModel';
import { isJson, type JsonObject, numberOf, readObject, setProperty } from './jsonObject';

/**
 * TorchServe's `config.properties` (docs/configuration.md of pytorch/serve): `models` is JSON by model and version, whose `minWorkers`
 * processes are started with the server; `default_workers_per_model` holds for models that it does not name.
 */

type Property = { key: string; start: number; valueStart: number; valueEnd: number };

const workersKey = 'default_workers_per_model';
const mostWorkers = ['minWorkers', 'maxWorkers'];

/** null where the text says nothing about workers or batches: many programs have a file of this name. */
export function recogniseTorchserve(text: string): ConfigFile | null {
  const { models, workers } = readProperties(text);
  const main = models.find((p) => /"(minWorkers|maxWorkers|batchSize)"/.test(valueOf(text, p))) ?? workers[0];
  if (!main) return null;
  const model = onlyModel(text, models);
  const number = (key: string) => ('refused' in model ? undefined : numberOf(model.text, model.object, key));
  const byDefault = workers.length === 1 ? (wholeNumber(valueOf(text, workers[0]!).trim()) ?? 0) : 0;
  const instances = number('minWorkers') || byDefault;
  const batchSize = number('batchSize');
  return {
    kind: 'torchserve',
    text,
    places: [placeOf(text, main.key, main.start, main.key.length)],
    today: { ...(batchSize !== undefined && batchSize > 0 && { batchSize }), ...(instances > 0 && { instances }) },
    policy: {
      ...('object' in model && delaySaid(model)),
      ...(instances > 0 && { instances }),
    },
  };
}

/** How long a worker waits; nothing where that cannot be read. */
function delaySaid({ text, object }: { text: string; object: JsonObject }) {
  const isSaid = object.properties.some((p) => p.key === 'maxBatchDelay');
  const batchTimeoutMs = isSaid ? numberOf(text, object, 'maxBatchDelay') : usualDelayMs;
  return batchTimeoutMs === undefined || batchTimeoutMs > longestDelayMs
    ? {}
    : { batching: 'when-free' as const, batchTimeoutMs };
}

/** Sets batch size and delay of the one model that is named here, and its workers where the result or the verdict's policy names them. */
export function editTorchserve(text: string, use: Current, policy: JudgedPolicy | null): Suggestion {
  const unlike = policy && unlikeServer(policy, use.batchSize, { does: 'when-free', server: 'TorchServe' });
  if (unlike) return { refused: unlike };
  const { models, workers } = readProperties(text);
  const { batchSize, instances } = use;
  const delay = torchserveDelay(policy, batchSize);
  const notes = [...byHand.threads(use), ...byHand.spinning(use)];
  if (models.length === 0) {
    const alsoDelay = delay ? ` and maxBatchDelay to ${delay.value}` : '';
    const inModel = `Set batchSize to ${batchSize}${alsoDelay} in the model’s model-config.yaml, or in models= here.`;
    const [property, another] = workers;
    if (instances === undefined) return { refused: `The batch size does not stand here. ${inModel}` };
    if (!property || another || wholeNumber(valueOf(text, property).trim()) === null)
      return {
        refused: `${workersKey} does not stand here once, with a whole number: set it to ${instances} by hand. Not changed.`,
      };
    const value = valueOf(text, property).trim();
    const offset = property.valueStart + valueOf(text, property).indexOf(value);
    const edits = value === String(instances) ? [] : [{ offset, length: value.length, newText: String(instances) }];
    return { edits, note: [inModel, ...notes].join(' ') };
  }
  const model = onlyModel(text, models);
  if ('refused' in model) return model;
  const wanted: [string, number][] = [['batchSize', batchSize]];
  if (instances !== undefined) wanted.push(...mostWorkers.map((key): [string, number] => [key, instances]));
  if (delay && delaySaid(model).batchTimeoutMs !== delay.value) wanted.push(['maxBatchDelay', delay.value]);
  let after = text;
  for (const [key, value] of wanted) {
    const now = onlyModel(after, readProperties(after).models);
    if ('refused' in now) return now;
    const edit = setProperty(now.text, now.object, key, value, `\\${lineEndOf(text)}`);
    if (typeof edit === 'string') return { refused: `${edit}: set it to ${value} by hand. Not changed.` };
    if (edit) after = applyEdits(after, [edit]);
  }
  const edits = editBetween(text, after);
  notes.push(
    ...(delay?.notes ?? []),
    ...(delay || numberOf(model.text, model.object, 'maxBatchDelay') || batchSize === 1 ? [] : [batchDelayNote]),
    'A model-config.yaml in the model’s archive goes before this file.',
  );
  return { edits, note: edits.length === 0 ? null : notes.join(' ') };
}

/** What the file says besides batch sizes, workers and comments: the same before and after a suggestion is applied. */
export function torchserveIdentity(text: string): string {
  return maskedLines(text)
    .split(/\r?\n/)
    .filter((line) => !/^\s*([#!]|$)/.test(line) && !new RegExp(`^\\s*${workersKey}\\b`).test(line))
    .map((line) =>
      line.replace(/"(minWorkers|maxWorkers|batchSize|maxBatchDelay)"\s*:\s*[-\w.]*/g, '').replace(/[\s,]+/g, ''),
    )
    .filter((line) => line !== '')
    .join('\n');
}

/** The settings of the one version of the one model, with offsets into the whole text. */
function onlyModel(
  text: string,
  models: readonly Property[],
): { text: string; object: JsonObject } | { refused: string } {
  const byHandText = 'set batchSize, minWorkers and maxWorkers by hand. Not changed.';
  const [property, another] = models;
  if (!property || another) return { refused: `models= does not stand here once: ${byHandText}` };
  // The same length as before: a continued line goes on, and offsets hold.
  const plain = text.replaceAll(/\\(?=\r?\n)/g, ' ');
  let object = readObject(plain, property.valueStart, property.valueEnd);
  if (object?.problem === null && !isJson(valueOf(plain, property)))
    return { refused: `models= cannot be read as JSON: mend it, or ${byHandText}` };
  for (const what of ['model', 'version']) {
    if (!object || object.problem !== null) {
      const { line } = placeOf(text, '', object?.problem ?? property.valueStart, 0);
      return { refused: `Line ${line} cannot be read as JSON: mend it, or ${byHandText}` };
    }
    const [only, second] = object.properties;
    if (!only || second) return { refused: `models= does not name one ${what}: ${byHandText}` };
    object = readObject(plain, only.valueStart, only.valueEnd);
  }
  if (!object || object.problem !== null)
    return { refused: `models= cannot be read as JSON: mend it, or ${byHandText}` };
  return { text: plain, object };
}

function readProperties(text: string): { models: Property[]; workers: Property[] } {
  const properties = [...text.matchAll(/^[ \t]*(models|default_workers_per_model)[ \t]*[=:][ \t]*/gm)]
    // Within a value that goes on, a line is no property.
    .filter((match) => !/\\\r?\n$/.test(text.slice(0, match.index)))
    .map((match) => {
      const valueStart = match.index + match[0].length;
      const rest = /^(?:[^\\\r\n]|\\\r?\n|\\.)*/.exec(text.slice(valueStart))![0];
      const start = match.index + match[0].indexOf(match[1]!);
      return { key: match[1]!, start, valueStart, valueEnd: valueStart + rest.length };
    });
  return {
    models: properties.filter((p) => p.key === 'models'),
    workers: properties.filter((p) => p.key === workersKey),
  };
}

const valueOf = (text: string, { valueStart, valueEnd }: Property) => text.slice(valueStart, valueEnd);

/** The text with continued lines joined. */
const maskedLines = (text: string) => text.replaceAll(/\\\r?\n/g, ' ');
