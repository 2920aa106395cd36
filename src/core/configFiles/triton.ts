import { type ConfigFile, lineEndOf, placeOf, type Suggestion, type TextEdit, wholeNumber } from './configFile';
import { type ProtoField, type ProtoValue, readTextProto, tokensOf } from './textProto';

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
  return { kind: 'triton', text, places, batchSize, ...(onGpu !== null && { onGpu }) };
}

/** Sets `preferred_batch_size` to one size, and `max_batch_size` only where it is below. */
export function editTriton(text: string, batchSize: number): Suggestion {
  const { fields, problem } = readTextProto(text);
  const byHand = `set preferred_batch_size to [ ${batchSize} ] by hand`;
  const refuse = (reason: string): Suggestion => ({ refused: `${reason} Not changed.` });
  if (problem) {
    const { line } = placeOf(text, '', problem.offset, 0);
    return refuse(`Line ${line} cannot be read (${problem.message}): mend it, or ${byHand}.`);
  }
  const gpu = gpuReason(fields);
  if (gpu) return refuse(gpu);
  const other = fields.find((f) => f.name === 'sequence_batching' || f.name === 'ensemble_scheduling');
  if (other) return refuse(`This model is scheduled by ${other.name}: preferred_batch_size does not apply to it.`);

  const { max, batching, preferred } = batchFields(fields);
  const twice = [max, batching, preferred].find((same) => same.length > 1)?.[0];
  if (twice) return refuse(`${twice.name} stands here more than once: ${byHand}.`);
  const limit = max[0] ? numberOf(max[0].values[0]) : null;
  if (max[0] && limit === null) return refuse(`max_batch_size is not a whole number: ${byHand}.`);
  if (limit === 0 || (!max[0] && fields.some((f) => f.name === 'input'))) {
    return refuse(
      `max_batch_size is ${max[0] ? '0' : 'not set, which means 0'}: Triton then takes the model as one without a batch axis. Give it one first (max_batch_size, and dims without the batch).`,
    );
  }

  const edits: TextEdit[] = [];
  const notes: string[] = [];
  if (max[0] && limit !== null && limit < batchSize) {
    edits.push(replaceValue(max[0].values[0]!, batchSize));
    notes.push(`max_batch_size was ${limit}: it is raised, for it may not be below.`);
  }
  const line = `preferred_batch_size: [ ${batchSize} ]`;
  const end = lineEndOf(text);
  const atEnd: string[] = max[0] ? [] : [`max_batch_size: ${batchSize}`];
  if (preferred[0]) edits.push(...setPreferred(preferred[0], text, batchSize));
  else if (batching[0]) {
    const message = batching[0].values[0];
    if (message?.kind !== 'message') return refuse(`dynamic_batching is not a group in braces: ${byHand}.`);
    edits.push(insertInto(text, message, line));
  } else {
    atEnd.push(`dynamic_batching {${end}  ${line}${end}}`);
    notes.push('Dynamic batching is turned on: Triton then puts requests of several clients into one batch.');
  }
  if (atEnd.length > 0) {
    const gap = text === '' || text.endsWith('\n') ? '' : end;
    edits.push({ offset: text.length, length: 0, newText: `${gap}${atEnd.join(end)}${end}` });
  }
  const kinds = groupKinds(fields);
  if (kinds.length === 0 || kinds.some((kind) => kind === 'KIND_AUTO')) {
    notes.push('Triton uses a GPU here where it finds one (no instance_group of KIND_CPU): the figures are the CPU’s.');
  }
  edits.sort((a, b) => a.offset - b.offset);
  const changes = edits.filter((e) => text.slice(e.offset, e.offset + e.length) !== e.newText);
  return { edits: changes, note: changes.length === 0 || notes.length === 0 ? null : notes.join(' ') };
}

/** What the file says besides batch sizes and comments: the same before and after a suggestion is applied. */
export function tritonIdentity(text: string): string {
  const { fields } = readTextProto(text);
  const left = fields.filter((f) => f.name === 'max_batch_size' || f.name === 'dynamic_batching');
  return tokensOf(text)
    .filter((token) => !left.some((f) => token.start >= f.start && token.start < f.end))
    .map((token) => token.text)
    .join('\n');
}

/** Name of the model's file in a version's folder: `default_model_filename`, else what the ONNX backend looks for. */
export function tritonModelFile(text: string): string {
  const name = scalarOf(readTextProto(text).fields, 'default_model_filename')?.slice(1, -1) ?? '';
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

const groupsOf = (fields: readonly ProtoField[]) =>
  fields
    .filter((f) => f.name === 'instance_group')
    .flatMap((f) => f.values)
    .flatMap((v) => (v.kind === 'message' ? [v.fields] : []));

/** Kinds of the instance groups; one that names none is `KIND_AUTO`. */
function groupKinds(fields: readonly ProtoField[]): string[] {
  return groupsOf(fields).map((group) => scalarOf(group, 'kind') ?? 'KIND_AUTO');
}

/** Why the model runs on a GPU, which package and dram counters do not see; null where nothing says so. */
function gpuReason(fields: readonly ProtoField[]): string | null {
  const advice = 'Greenbatch measures the CPU: its batch size says nothing about a GPU.';
  const onGpu = groupsOf(fields).some(
    (group) => scalarOf(group, 'kind') === 'KIND_GPU' || group.some((f) => f.name === 'gpus' && f.values.length > 0),
  );
  if (onGpu) return `An instance_group runs on GPUs. ${advice}`;
  const named = [scalarOf(fields, 'platform'), scalarOf(fields, 'backend')].map((name) => name?.slice(1, -1) ?? '');
  const engine = named.find((name) => gpuEngine.test(name));
  if (engine !== undefined) return `${engine} runs on GPUs alone, whatever an instance_group says. ${advice}`;
  const accelerators = inside(inside(fields, 'optimization'), 'execution_accelerators');
  const accelerator = inside(accelerators, 'gpu_execution_accelerator');
  if (accelerators.some((f) => f.name === 'gpu_execution_accelerator'))
    return `It is run by a GPU's execution accelerator (${scalarOf(accelerator, 'name')?.slice(1, -1) ?? 'TensorRT'}). ${advice}`;
  return null;
}

/** Engines that have no other device: TensorRT and its language models, vLLM, FasterTransformer. */
const gpuEngine = /^(tensorrt|tensorrt_plan|tensorrtllm|tensorrt_llm|vllm|fastertransformer)$/i;

/** The fields of all groups of this name. */
const inside = (fields: readonly ProtoField[], name: string): ProtoField[] =>
  fields
    .filter((f) => f.name === name)
    .flatMap((f) => f.values)
    .flatMap((v) => (v.kind === 'message' ? v.fields : []));

function scalarOf(fields: readonly ProtoField[], name: string): string | null {
  const value = fields.findLast((f) => f.name === name)?.values[0];
  return value?.kind === 'scalar' ? value.text : null;
}

const numberOf = (value: ProtoValue | undefined) => (value?.kind === 'scalar' ? wholeNumber(value.text) : null);

const replaceValue = (value: ProtoValue, batchSize: number): TextEdit => ({
  offset: value.start,
  length: value.end - value.start,
  newText: String(batchSize),
});

/** The first value becomes the batch size, the others go with the commas before them; comments between stay. */
function setPreferred(field: ProtoField, text: string, batchSize: number): TextEdit[] {
  const [first, ...others] = field.values;
  if (!first) {
    const at = field.list ? field.list.open + 1 : field.end;
    return [{ offset: at, length: 0, newText: field.list ? ` ${batchSize}` : ` [ ${batchSize} ]` }];
  }
  const edits = [replaceValue(first, batchSize)];
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

/** Adds a field to a group: on a line of its own where the group has lines. */
function insertInto(text: string, group: { start: number; end: number }, line: string): TextEdit {
  const inside = text.slice(group.start + 1, group.end - 1);
  const rest = /^[ \t]*(#[^\n]*)?\r?\n/.exec(inside);
  if (!rest) return { offset: group.start + 1, length: 0, newText: inside.trim() === '' ? ` ${line}` : ` ${line},` };
  const lineStart = text.lastIndexOf('\n', group.start) + 1;
  const outer = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
  const indent = /\n([ \t]+)[^\s}>]/.exec(inside)?.[1] ?? `${outer}  `;
  return { offset: group.start + 1 + rest[0].length, length: 0, newText: `${indent}${line}${lineEndOf(text)}` };
}
