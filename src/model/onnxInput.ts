import { ModelError } from './modelError';
import { type Field, type ProtobufFile, readProtobuf } from './protobufReader';

/** The input of a model file. Words in `shape` stand for sizes that the model leaves free. */
export type OnnxInput = { name: string; type: 'float32' | 'uint8'; shape: (number | string)[] };

const typeNames: Record<number, string> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
  10: 'float16',
};

/** Not taken in, since ONNX Runtime’s binding cannot pass half precision on from Node.js 23 on (microsoft/onnxruntime#32323). */
export const halfInputFix =
  '; convert the model with its inputs left as they are (keep_io_types=True of onnxconverter-common): weights and operators stay float16';

/**
 * Finds the image input of an ONNX file (onnx/onnx.proto) without loading it: only the heads of messages are
 * read, weights are skipped over.
 *
 * @throws ModelError if the file is no ONNX model, or takes something else than one batch of images
 */
export function readOnnxInput(file: string): OnnxInput {
  try {
    return onlyImages(file, readProtobuf(file, readInputs));
  } catch (error) {
    if (error instanceof RangeError) throw new ModelError(`${file} is not an ONNX model, or torn (${error.message})`);
    throw error;
  }
}

function readInputs({ size, fields, text }: ProtobufFile): OnnxInput[] {
  const graph = [...fields(0, size)].find((f) => f.field === 7 && f.wire === 2);
  if (!graph) throw new RangeError('no graph');
  const inputs: OnnxInput[] = [];
  const weights = new Set<string>();
  const inside = (message: Field | undefined, field: number) =>
    message ? [...fields(message.start, message.end)].filter((f) => f.field === field) : [];
  for (const part of fields(graph.start, graph.end)) {
    // Old exporters list the weights among the inputs.
    if (part.field === 5) for (const name of inside(part, 8)) weights.add(text(name));
    if (part.field !== 11) continue;
    const [name] = inside(part, 1);
    const [tensor] = inside(inside(part, 2)[0], 1);
    const [element] = inside(tensor, 1);
    const dimensions = inside(inside(tensor, 2)[0], 1).map((dimension) => {
      const [fixed] = inside(dimension, 1);
      const [free] = inside(dimension, 2);
      return fixed ? fixed.value : free ? text(free) : '?';
    });
    const type = typeNames[element?.value ?? 0] ?? `type ${element?.value}`;
    inputs.push({ name: name ? text(name) : '', type: type as OnnxInput['type'], shape: dimensions });
  }
  return inputs.filter(({ name }) => !weights.has(name));
}

function onlyImages(file: string, inputs: OnnxInput[]): OnnxInput {
  const [input] = inputs;
  const listed = inputs.map(({ name, type, shape }) => `${name}: ${type}[${shape.join(', ')}]`).join('; ');
  const isImage = input && inputs.length === 1 && input.shape.length === 4;
  const channels = input?.shape[1];
  if (!isImage || !['float32', 'uint8'].includes(input.type) || (typeof channels === 'number' && channels !== 3)) {
    const fix = (input?.type as string | undefined) === 'float16' ? halfInputFix : '';
    throw new ModelError(
      `${file} has the input ${listed || '(none)'}; allowed: one, float32 or uint8, [N, 3, H, W]${fix}`,
    );
  }
  return input;
}
