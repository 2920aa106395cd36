import type { Current } from '../configuration/inUse';
import { type ConfigFile, lineEndOf, placeOf, type Suggestion, type TextEdit } from './configFile';
import { numberOf, type ProtoField, readTextProto, stringOf, tokensOf } from './textProto';
import { insertInto, replaceValue } from './textProtoEdit';
import { gpuReason, groupKinds } from './tritonEngine';
import { isThreadParameter, type Part, refuse, setInstances, setThreads, splitOf } from './tritonSplit';

/**
 * Triton Inference Server's model configuration, `config.pbtxt` (model_config.proto). `max_batch_size` says that the
 * model has a batch axis and how far it may grow; `dynamic_batching.preferred_batch_size` is what the server forms.
 */

const serving = ['platform', 'backend', 'max_batch_size', 'dynamic_batching', 'instance_group'];

/** null where the text is another kind of text-format file. */
export function recogniseTriton(fileName: string, text: string): ConfigFile | null {
  const isNamedSo = /(^|[\\/])config\.pbtxt$/i.test(fileName);
  const { fields } = readTextProto(text);
  const has = (name: string) => fields.some((f) => f.name === name);
  const isServing = isNamedSo
    ? serving.some(has) || (has('input') && has('output'))
    : has('max_batch_size') || ((has('platform') || has('backend')) && has('input'));
  if (!isServing) return null;
  const { preferred, max, batching } = batchFields(fields);
  const marks = [...preferred, ...max].sort((a, b) => a.start - b.start);
  const places = (marks.length > 0 ? marks : fields.slice(0, 1)).map((f) =>
    placeOf(text, f.name, f.start, f.name.length),
  );
  const sizes = preferred.flatMap((f) => f.values.map(numberOf)).filter((n) => n !== null);
  const limit = max.length === 1 ? numberOf(max[0]!.values[0]) : null;
  // Without preferred sizes the dynamic batcher fills batches up to the limit; without batcher the clients decide.
  const filled = batching.length > 0 && limit !== null && limit > 0 ? limit : null;
  const onGpu = gpuReason(fields);
  const batchSize = sizes.length > 0 ? Math.max(...sizes) : filled;
  const today = { ...(batchSize !== null && { batchSize }), ...splitOf(fields) };
  return { kind: 'triton', text, places, today, ...(onGpu !== null && { onGpu }) };
}

/**
 * Sets `preferred_batch_size` to one size, and `max_batch_size` only where it is below; the number of instances and the threads of each
 * where the result names them.
 */
export function editTriton(text: string, use: Current): Suggestion {
  const { batchSize } = use;
  const { fields, problem } = readTextProto(text);
  const advice = `set preferred_batch_size to [ ${batchSize} ] by hand`;
  if (problem) {
    const { line } = placeOf(text, '', problem.offset, 0);
    return refuse(`Line ${line} cannot be read (${problem.message}): mend it, or ${advice}.`);
  }
  const gpu = gpuReason(fields);
  if (gpu) return refuse(gpu);
  const other = fields.find((f) => f.name === 'sequence_batching' || f.name === 'ensemble_scheduling');
  if (other) return refuse(`This model is scheduled by ${other.name}: preferred_batch_size does not apply to it.`);

  const parts = [batching(text, fields, batchSize, advice), setInstances(text, fields, use), setThreads(fields, use)];
  const refused = parts.find((part) => 'refused' in part);
  if (refused) return refused;
  const all = parts.filter((part): part is Part => 'edits' in part);
  const atEnd = all.flatMap((part) => part.atEnd);
  const edits = all.flatMap((part) => part.edits).sort((a, b) => a.offset - b.offset);
  if (atEnd.length > 0) {
    const end = lineEndOf(text);
    const gap = text === '' || text.endsWith('\n') ? '' : end;
    edits.push({ offset: text.length, length: 0, newText: `${gap}${atEnd.join(end)}${end}` });
  }
  const changes = edits.filter((e) => text.slice(e.offset, e.offset + e.length) !== e.newText);
  const notes = all.flatMap((part) => part.notes);
  const kinds = groupKinds(fields);
  if (changes.length > 0 && (kinds.length === 0 || kinds.some((kind) => kind === 'KIND_AUTO'))) {
    notes.push('Triton uses a GPU here where it finds one (no instance_group of KIND_CPU): the figures are the CPU’s.');
  }
  return { edits: changes, note: notes.join(' ') || null };
}

function batching(
  text: string,
  fields: readonly ProtoField[],
  batchSize: number,
  advice: string,
): Part | { refused: string } {
  const { max, batching, preferred } = batchFields(fields);
  const twice = [max, batching, preferred].find((same) => same.length > 1)?.[0];
  if (twice) return refuse(`${twice.name} stands here more than once: ${advice}.`);
  const limit = max[0] ? numberOf(max[0].values[0]) : null;
  if (max[0] && limit === null) return refuse(`max_batch_size is not a whole number: ${advice}.`);
  if (limit === 0 || (!max[0] && fields.some((f) => f.name === 'input'))) {
    // As a model without a batch axis is served already.
    if (batchSize === 1) return { edits: [], atEnd: [], notes: [] };
    return refuse(
      `max_batch_size is ${max[0] ? '0' : 'not set, which means 0'}: Triton then takes the model as one without a batch axis. Give it one first (max_batch_size, and dims without the batch).`,
    );
  }
  const edits: TextEdit[] = [];
  const notes: string[] = [];
  if (max[0] && limit !== null && limit < batchSize) {
    edits.push(replaceValue(max[0].values[0]!, String(batchSize)));
    notes.push(`max_batch_size was ${limit}: it is raised, for it may not be below.`);
  }
  const line = `preferred_batch_size: [ ${batchSize} ]`;
  const end = lineEndOf(text);
  const atEnd: string[] = max[0] ? [] : [`max_batch_size: ${batchSize}`];
  if (preferred[0]) edits.push(...setPreferred(preferred[0], text, batchSize));
  else if (batching[0]) {
    const message = batching[0].values[0];
    if (message?.kind !== 'message') return refuse(`dynamic_batching is not a group in braces: ${advice}.`);
    edits.push(insertInto(text, message, line));
  } else {
    atEnd.push(`dynamic_batching {${end}  ${line}${end}}`);
    notes.push('Dynamic batching is turned on: Triton then puts requests of several clients into one batch.');
  }
  return { edits, atEnd, notes };
}

/**
 * What the file says besides batch sizes, the split of the cores and comments: the same before and after a suggestion is
 * applied. Of what is left out, other fields of an instance group and other parameters count.
 */
export function tritonIdentity(text: string): string {
  const { fields } = readTextProto(text);
  const left = fields.filter((f) => f.name === 'max_batch_size' || f.name === 'dynamic_batching');
  const shared = fields.filter((f) => f.name === 'instance_group' || f.name === 'parameters');
  const messages = shared.flatMap((f) => f.values.flatMap((v) => (v.kind === 'message' ? [v] : [])));
  const kept = messages
    .filter((m) => !isThreadParameter(m.fields))
    .flatMap((m) => m.fields.filter((f) => f.name !== 'count'));
  const within = (token: { start: number }, f: { start: number; end: number }) =>
    token.start >= f.start && token.start < f.end;
  return tokensOf(text)
    .filter((token) => !left.some((f) => within(token, f)))
    .filter((token) => !shared.some((f) => within(token, f)) || kept.some((f) => within(token, f)))
    .map((token) => token.text)
    .join('\n');
}

/** Name of the model's file in a version's folder: `default_model_filename`, else what the ONNX backend looks for. */
export function tritonModelFile(text: string): string {
  const name = stringOf(readTextProto(text).fields, 'default_model_filename');
  // A plain name: nothing that leaves the folder.
  return /^[\w.-]+$/.test(name) && !/^\.+$/.test(name) ? name : 'model.onnx';
}

function batchFields(fields: readonly ProtoField[]) {
  const named = (name: string) => fields.filter((f) => f.name === name);
  const batching = named('dynamic_batching');
  const inside = batching.flatMap((f) => f.values.flatMap((v) => (v.kind === 'message' ? v.fields : [])));
  return {
    max: named('max_batch_size'),
    batching,
    preferred: inside.filter((f) => f.name === 'preferred_batch_size'),
  };
}

/** The first value becomes the batch size, the others go with the commas before them; comments between stay. */
function setPreferred(field: ProtoField, text: string, batchSize: number): TextEdit[] {
  const [first, ...others] = field.values;
  if (!first) {
    const at = field.list ? field.list.open + 1 : field.end;
    return [{ offset: at, length: 0, newText: field.list ? ` ${batchSize}` : ` [ ${batchSize} ]` }];
  }
  const edits = [replaceValue(first, String(batchSize))];
  let before = first.end;
  for (const value of others) {
    const comma = tokensOf(text.slice(before, value.start)).find((token) => token.text === ',');
    const from = before + (comma?.start ?? 0);
    const isPlain = text.slice(from + 1, value.start).trim() === '';
    const { start, end } = isPlain && comma ? { start: from, end: value.end } : value;
    if (!isPlain && comma) edits.push({ offset: from, length: 1, newText: '' });
    edits.push({ offset: start, length: end - start, newText: '' });
    before = value.end;
  }
  return edits;
}
