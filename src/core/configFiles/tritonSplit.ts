import type { Current } from '../configuration/inUse';
import { byHand, type TextEdit, wholeNumber } from './configFile';
import { inside, numberOf, type ProtoField, scalarOf, stringOf } from './textProto';
import { insertInto, replaceValue } from './textProtoEdit';
import { engineOf, groupsOf, isOnnxRuntime } from './tritonEngine';

/**
 * How Triton splits the cores: `instance_group.count` is how many copies of the model run at once (model_config.proto). The threads of
 * each are a parameter of the ONNX Runtime backend, `intra_op_thread_count` (its README, "Model Config Options").
 */

/** One part of a suggestion: `atEnd` are fields to add below the last one. */
export type Part = { edits: TextEdit[]; atEnd: string[]; notes: string[] };

export const refuse = (reason: string) => ({ refused: `${reason} Not changed.` });

/** How the file splits the cores; what it leaves to the machine is left out. */
export function splitOf(fields: readonly ProtoField[]): Pick<Partial<Current>, 'instances' | 'threads' | 'spinning'> {
  const instances = instancesOf(fields);
  if (!isOnnxRuntime(fields)) return instances === null ? {} : { instances };
  const [parameter, another] = threadParameters(fields);
  const threads = parameter && !another ? wholeNumber(stringOf(valueOf(parameter), 'string_value')) : null;
  return {
    ...(instances !== null && { instances }),
    // 0, its default, is one a core of the machine that serves.
    ...(threads !== null && threads > 0 && { threads }),
    // The backend has no parameter for it (onnxruntime.cc), and ONNX Runtime spins by itself.
    spinning: true,
  };
}

export function setInstances(text: string, fields: readonly ProtoField[], use: Current): Part | { refused: string } {
  const none: Part = { edits: [], atEnd: [], notes: [] };
  if (use.instances === undefined || instancesOf(fields) === use.instances) return none;
  const line = `count: ${use.instances}`;
  const advice = `give it ${line} by hand`;
  const named = fields.filter((f) => f.name === 'instance_group');
  if (named.length === 0) return { ...none, atEnd: [`instance_group [ { ${line} } ]`] };
  const [group, another] = named.flatMap((f) => f.values);
  if (another) return refuse(`instance_group has several groups: let their counts add up to ${use.instances} by hand.`);
  if (group?.kind !== 'message') return refuse(`instance_group is not a group in braces: ${advice}.`);
  const [count, second] = group.fields.filter((f) => f.name === 'count');
  if (!count) return { ...none, edits: [insertInto(text, group, line)] };
  const value = count.values[0];
  if (second || count.values.length > 1 || value?.kind !== 'scalar' || numberOf(value) === null)
    return refuse(`count of instance_group does not stand here once, with a whole number: ${advice}.`);
  return { ...none, edits: [replaceValue(value, String(use.instances))] };
}

/** @param measured threads of each that the verdict is for: written only where the file has some */
export function setThreads(
  fields: readonly ProtoField[],
  result: Current,
  measured: number | undefined,
): Part | { refused: string } {
  const none: Part = { edits: [], atEnd: [], notes: [] };
  const use =
    measured && threadParameters(fields).length > 0 ? { ...result, threads: result.threads ?? measured } : result;
  if (!isOnnxRuntime(fields)) return { ...none, notes: [...byHand.threads(use), ...byHand.spinning(use)] };
  const notes =
    use.spinning === false
      ? [
          'Triton’s ONNX Runtime backend has no parameter against spinning: here the threads spin, and use the energy of the configuration that does.',
        ]
      : [];
  if (use.threads === undefined) return { ...none, notes };
  const found = threadParameters(fields);
  const advice = `set it to "${use.threads}" by hand`;
  if (found.length > 1) return refuse(`The parameter ${threadKey} stands here more than once: ${advice}.`);
  const [parameter] = found;
  if (!parameter)
    return {
      ...none,
      atEnd: [`parameters { key: "${threadKey}" value: { string_value: "${use.threads}" } }`],
      notes,
    };
  const strings = valueOf(parameter).filter((f) => f.name === 'string_value');
  const value = strings.length === 1 && strings[0]!.values.length === 1 ? strings[0]!.values[0] : undefined;
  if (value?.kind !== 'scalar') return refuse(`The parameter ${threadKey} has no string_value: ${advice}.`);
  if (wholeNumber(value.text.slice(1, -1)) === use.threads) return { ...none, notes };
  return { ...none, edits: [replaceValue(value, `"${use.threads}"`)], notes };
}

/**
 * Copies of the model that run at once on a CPU, in all groups; null where it is not said. Without a count, or without a
 * group, those of ONNX Runtime and TensorFlow are two, of others one (SetDefaultInstanceCount of Triton's model_config_utils.cc).
 */
function instancesOf(fields: readonly ProtoField[]): number | null {
  const named = fields.filter((f) => f.name === 'instance_group');
  const groups = groupsOf(fields);
  if (named.flatMap((f) => f.values).length !== groups.length) return null;
  let sum = 0;
  for (const group of groups.length > 0 ? groups : [[]]) {
    const counts = group.filter((f) => f.name === 'count');
    const count = counts.length === 0 ? 0 : counts.length === 1 ? numberOf(counts[0]!.values[0]) : null;
    const engine = engineOf(fields);
    // Which engine runs it is then known to the server alone.
    if (count === null || (count === 0 && engine === '')) return null;
    sum += count || (/^(onnxruntime|tensorflow)/.test(engine) && scalarOf(group, 'kind') !== 'KIND_MODEL' ? 2 : 1);
  }
  return sum;
}

const threadKey = 'intra_op_thread_count';

/** Whether an entry of `parameters` says how many threads there are. */
export const isThreadParameter = (entry: readonly ProtoField[]) => stringOf(entry, 'key') === threadKey;

/** The entries of `parameters` that say how many threads there are. */
const threadParameters = (fields: readonly ProtoField[]): ProtoField[][] =>
  fields
    .filter((f) => f.name === 'parameters')
    .flatMap((f) => f.values)
    .flatMap((v) => (v.kind === 'message' && isThreadParameter(v.fields) ? [v.fields] : []));

const valueOf = (parameter: readonly ProtoField[]) => inside(parameter, 'value');
