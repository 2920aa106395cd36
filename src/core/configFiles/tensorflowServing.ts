import { mostInstances } from '../configuration/configuration';
import { type Current, currentText } from '../configuration/inUse';
import { type ConfigFile, lineEndOf, placeOf, type Suggestion, type TextEdit, wholeNumber } from './configFile';
import {
  delayMs,
  type JudgedPolicy,
  type ServerPolicy,
  serversOf,
  unlikeServer,
  wholeDelay,
  wholeMicroseconds,
} from './serverPolicy';
import { type ProtoField, readTextProto, tokensOf } from './textProto';

/**
 * TensorFlow Serving's batching parameters (`--batching_parameters_file`; session_bundle_config.proto): `max_batch_size { value: 64 }`
 * and the like, each number in a group of its own. What is not said is as in shared_batch_scheduler.h: no timeout, a thread for each CPU of
 * the machine that serves. A thread that is free takes the batch that is open, once it is full or its first request has waited so long.
 */

const timeoutKey = 'batch_timeout_micros';
const threadsKey = 'num_batch_threads';

const parameters =
  /^(max_batch_size|batch_timeout_micros|num_batch_threads|max_enqueued_batches|thread_pool_name|allowed_batch_sizes|pad_variable_length_inputs|enable_large_batch_splitting|max_execution_batch_size)$/;

/** null where the text is another kind of text-format file: Triton's `max_batch_size` is a plain number. */
export function recogniseTensorflowServing(text: string): ConfigFile | null {
  if (!/\bvalue\b/.test(text)) return null;
  const { fields, problem } = readTextProto(text);
  const isBatching = fields.length > 0 && fields.every(({ name }) => parameters.test(name));
  const isWrapped = fields.some(({ name, values }) => name !== 'allowed_batch_sizes' && values[0]?.kind === 'message');
  if (!isBatching || !isWrapped) return null;
  const main = fields.find(({ name }) => name === 'max_batch_size') ?? fields[0]!;
  const places = [placeOf(text, main.name, main.start, main.name.length)];
  const value = main.name === 'max_batch_size' ? valueOf(main) : null;
  const batchSize = value && wholeNumber(value.text);
  const policy = problem ? null : policyOf(fields);
  return {
    ...{ kind: 'tensorflow-serving', text, places, today: batchSize === null ? {} : { batchSize } },
    ...(policy && { policy }),
  };
}

function policyOf(fields: readonly ProtoField[]): ServerPolicy {
  const micros = numberSaid(fields, timeoutKey, wholeMicroseconds);
  const threads = numberSaid(fields, threadsKey, wholeNumber);
  const batchTimeoutMs = micros === null ? undefined : delayMs(micros ?? 0, 1000);
  return {
    ...(batchTimeoutMs !== undefined && { batching: 'when-free', batchTimeoutMs }),
    ...(threads && threads <= mostInstances && { instances: threads }),
  };
}

/** undefined: not said; null: not once, or no such number. */
function numberSaid(fields: readonly ProtoField[], name: string, read: (text: string) => number | null) {
  const [field, another] = fields.filter((f) => f.name === name);
  if (!field) return undefined;
  const value = another ? null : valueOf(field);
  return value && read(value.text);
}

export function editTensorflowServing(text: string, use: Current, policy: JudgedPolicy | null): Suggestion {
  const { batchSize } = use;
  const { fields, problem } = readTextProto(text);
  const byHand = `set max_batch_size { value: ${batchSize} } by hand`;
  if (problem) {
    const { line } = placeOf(text, '', problem.offset, 0);
    return { refused: `Line ${line} cannot be read (${problem.message}): mend it, or ${byHand}. Not changed.` };
  }
  if (fields.some(({ name }) => name === 'allowed_batch_sizes'))
    return { refused: `allowed_batch_sizes must end with max_batch_size: set both by hand. Not changed.` };
  const unlike = policy && unlikeServer(policy, batchSize, { does: 'when-free', server: 'TensorFlow Serving' });
  if (unlike) return { refused: unlike };
  const wanted = [{ key: 'max_batch_size', value: batchSize, usual: null as number | null }];
  const notes: string[] = [];
  if (policy?.batching === 'when-free') {
    const delay = wholeDelay(policy.timeoutMs ?? 0, 1000, 'microsecond');
    wanted.push({ key: timeoutKey, value: delay.value, usual: 0 });
    notes.push(...delay.notes);
  }
  if (policy) wanted.push({ key: threadsKey, value: serversOf(policy), usual: null });
  const edits: TextEdit[] = [];
  const added: string[] = [];
  for (const { key, value, usual } of wanted) {
    const said = numberSaid(fields, key, wholeMicroseconds);
    if (said === value || (said === undefined && value === usual)) continue;
    if (said === undefined && key !== 'max_batch_size') {
      added.push(`${key} { value: ${value} }`);
      continue;
    }
    if (typeof said !== 'number')
      return {
        refused: `${key} does not stand here once, with a whole number: set ${key} { value: ${value} } by hand. Not changed.`,
      };
    const { start, end } = valueOf(fields.find(({ name }) => name === key)!)!;
    edits.push({ offset: start, length: end - start, newText: String(value) });
  }
  if (edits.length + added.length > 0)
    notes.push('TensorFlow Serving forms batches only where it is started with --enable_batching.');
  edits.sort((a, b) => a.offset - b.offset);
  if (added.length > 0) {
    const end = lineEndOf(text);
    const gap = text.endsWith('\n') ? '' : end;
    edits.push({ offset: text.length, length: 0, newText: `${gap}${added.join(end)}${end}` });
  }
  const split = currentText({ instances: use.instances, threads: use.threads });
  // num_batch_threads is how many batches one process may run at once, in threads that they share: it is no number of processes.
  if (split !== '')
    notes.push(`No batching parameter says how the cores are split: set where the server is started, ${split}.`);
  return { edits, note: notes.join(' ') || null };
}

/** What the file says besides size, delay and number of batches, and comments: the same before and after a suggestion is applied. */
export function tensorflowServingIdentity(text: string): string {
  const left = readTextProto(text).fields.filter(({ name }) =>
    ['max_batch_size', timeoutKey, threadsKey].includes(name),
  );
  return tokensOf(text)
    .filter((token) => !left.some((f) => token.start >= f.start && token.start < f.end))
    .map((token) => token.text)
    .join('\n');
}

function valueOf({ values }: ProtoField) {
  const message = values.length === 1 ? values[0] : undefined;
  const inner = message?.kind === 'message' ? message.fields : [];
  const value = inner.length === 1 && inner[0]!.name === 'value' ? inner[0]!.values[0] : undefined;
  return value?.kind === 'scalar' ? value : null;
}
