import { type Current, currentText } from '../configuration/inUse';
import { type ConfigFile, placeOf, type Suggestion, wholeNumber } from './configFile';
import { type ProtoField, readTextProto, tokensOf } from './textProto';

/**
 * TensorFlow Serving's batching parameters (`--batching_parameters_file`; session_bundle_config.proto): `max_batch_size { value: 64 }`
 * and the like, each number in a group of its own.
 */

const parameters =
  /^(max_batch_size|batch_timeout_micros|num_batch_threads|max_enqueued_batches|thread_pool_name|allowed_batch_sizes|pad_variable_length_inputs|enable_large_batch_splitting|max_execution_batch_size)$/;

/** null where the text is another kind of text-format file: Triton's `max_batch_size` is a plain number. */
export function recogniseTensorflowServing(text: string): ConfigFile | null {
  if (!/\bvalue\b/.test(text)) return null;
  const { fields } = readTextProto(text);
  const isBatching = fields.length > 0 && fields.every(({ name }) => parameters.test(name));
  const isWrapped = fields.some(({ name, values }) => name !== 'allowed_batch_sizes' && values[0]?.kind === 'message');
  if (!isBatching || !isWrapped) return null;
  const main = fields.find(({ name }) => name === 'max_batch_size') ?? fields[0]!;
  const places = [placeOf(text, main.name, main.start, main.name.length)];
  const value = main.name === 'max_batch_size' ? valueOf(main) : null;
  const batchSize = value && wholeNumber(value.text);
  return { kind: 'tensorflow-serving', text, places, today: batchSize === null ? {} : { batchSize } };
}

export function editTensorflowServing(text: string, use: Current): Suggestion {
  const { batchSize } = use;
  const { fields, problem } = readTextProto(text);
  const byHand = `set max_batch_size { value: ${batchSize} } by hand`;
  if (problem) {
    const { line } = placeOf(text, '', problem.offset, 0);
    return { refused: `Line ${line} cannot be read (${problem.message}): mend it, or ${byHand}. Not changed.` };
  }
  if (fields.some(({ name }) => name === 'allowed_batch_sizes'))
    return { refused: `allowed_batch_sizes must end with max_batch_size: set both by hand. Not changed.` };
  const found = fields.filter(({ name }) => name === 'max_batch_size');
  const value = found.length === 1 ? valueOf(found[0]!) : null;
  if (!value || wholeNumber(value.text) === null)
    return { refused: `max_batch_size does not stand here once, with a whole number: ${byHand}. Not changed.` };
  const split = currentText({ instances: use.instances, threads: use.threads });
  const isSaid = value.text === String(batchSize);
  const batching = 'TensorFlow Serving forms batches only where it is started with --enable_batching.';
  const notes = isSaid ? [] : [batching];
  // num_batch_threads is how many batches one process may run at once, in threads that they share: it is no number of processes.
  if (split !== '')
    notes.push(`No batching parameter says how the cores are split: set where the server is started, ${split}.`);
  const edit = { offset: value.start, length: value.end - value.start, newText: String(batchSize) };
  return { edits: isSaid ? [] : [edit], note: notes.join(' ') || null };
}

/** What the file says besides the batch size and comments: the same before and after a suggestion is applied. */
export function tensorflowServingIdentity(text: string): string {
  const left = readTextProto(text).fields.filter(({ name }) => name === 'max_batch_size');
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
