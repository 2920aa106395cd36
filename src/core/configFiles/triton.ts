import type { Current } from '../configuration/inUse';
import { type ConfigFile, lineEndOf, placeOf, type Suggestion } from './configFile';
import type { JudgedPolicy } from './serverPolicy';
import { numberOf, readTextProto, stringOf, tokensOf } from './textProto';
import { batchFields, otherScheduler, setBatching, tritonPolicy } from './tritonBatching';
import { gpuReason, groupKinds } from './tritonEngine';
import { isThreadParameter, type Part, refuse, setInstances, setThreads, splitOf } from './tritonSplit';

/** Triton Inference Server's model configuration, `config.pbtxt` (model_config.proto). */

const serving = ['platform', 'backend', 'max_batch_size', 'dynamic_batching', 'instance_group'];

/** null where the text is another kind of text-format file. */
export function recogniseTriton(fileName: string, text: string): ConfigFile | null {
  const isNamedSo = /(^|[\\/])config\.pbtxt$/i.test(fileName);
  const { fields, problem } = readTextProto(text);
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
  const policy = problem ? null : tritonPolicy(fields, today.instances);
  return { kind: 'triton', text, places, today, ...(policy && { policy }), ...(onGpu !== null && { onGpu }) };
}

/** Sets batch size and delay, and the number of instances and the threads of each where the result or the verdict's policy names them. */
export function editTriton(text: string, use: Current, policy: JudgedPolicy | null): Suggestion {
  const { batchSize } = use;
  const { fields, problem } = readTextProto(text);
  const advice = `set preferred_batch_size to [ ${batchSize} ] by hand`;
  if (problem) {
    const { line } = placeOf(text, '', problem.offset, 0);
    return refuse(`Line ${line} cannot be read (${problem.message}): mend it, or ${advice}.`);
  }
  const gpu = gpuReason(fields);
  if (gpu) return refuse(gpu);
  const other = otherScheduler(fields);
  if (other) return refuse(`This model is scheduled by ${other.name}: preferred_batch_size does not apply to it.`);

  const parts = [
    setBatching(text, fields, batchSize, policy),
    setInstances(text, fields, use),
    setThreads(fields, use, policy?.threads),
  ];
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
