import { cpuAlone } from './configFile';
import { inside, type ProtoField, scalarOf, stringOf } from './textProto';

/** What runs a model in Triton, and on which device (model_config.proto). */

/** `backend`, else `platform`; empty where neither is named. */
export const engineOf = (fields: readonly ProtoField[]) => stringOf(fields, 'backend') || stringOf(fields, 'platform');

/** Whether ONNX Runtime itself runs the model, with threads of its own. */
export const isOnnxRuntime = (fields: readonly ProtoField[]) =>
  /^onnxruntime(_onnx)?$/.test(engineOf(fields)) &&
  inside(inside(fields, 'optimization'), 'execution_accelerators').length === 0;

/** What the instance groups say, each a message. */
export const groupsOf = (fields: readonly ProtoField[]) =>
  fields
    .filter((f) => f.name === 'instance_group')
    .flatMap((f) => f.values)
    .flatMap((v) => (v.kind === 'message' ? [v.fields] : []));

/** Kinds of the instance groups; one that names none is `KIND_AUTO`. */
export function groupKinds(fields: readonly ProtoField[]): string[] {
  return groupsOf(fields).map((group) => scalarOf(group, 'kind') ?? 'KIND_AUTO');
}

/** Why the model runs on a GPU, which package and dram counters do not see; null where nothing says so. */
export function gpuReason(fields: readonly ProtoField[]): string | null {
  const onGpu = groupsOf(fields).some(
    (group) => scalarOf(group, 'kind') === 'KIND_GPU' || group.some((f) => f.name === 'gpus' && f.values.length > 0),
  );
  if (onGpu) return `An instance_group runs on GPUs. ${cpuAlone}`;
  const named = [stringOf(fields, 'platform'), stringOf(fields, 'backend')];
  const engine = named.find((name) => gpuEngine.test(name));
  if (engine !== undefined) return `${engine} runs on GPUs alone, whatever an instance_group says. ${cpuAlone}`;
  const accelerators = inside(inside(fields, 'optimization'), 'execution_accelerators');
  const accelerator = inside(accelerators, 'gpu_execution_accelerator');
  if (accelerators.some((f) => f.name === 'gpu_execution_accelerator'))
    return `It is run by a GPU's execution accelerator (${stringOf(accelerator, 'name') || 'TensorRT'}). ${cpuAlone}`;
  return null;
}

/** Engines that have no other device: TensorRT and its language models, vLLM, FasterTransformer. */
const gpuEngine = /^(tensorrt|tensorrt_plan|tensorrtllm|tensorrt_llm|vllm|fastertransformer)$/i;
