import type { FixedSizes } from '../core/spec/modelSizes';
import type { Size } from '../core/spec/spec';
import { ModelError } from './modelError';
import { type Field, type ProtobufFile, readProtobuf } from './protobufReader';

/** Sizes of an input; words stand for those that the model leaves free. */
export type InputShape = readonly (number | string)[];

/** The input of a model file. */
export type OnnxInput = { name: string; type: 'float32' | 'uint8'; shape: InputShape };

/** The shape that a file or ONNX Runtime declares: exporters leave a size free by a name, by 0 or by a negative number. */
export const readShape = (declared: InputShape): InputShape =>
  // Negative numbers stand in a file as if they were beyond 2⁶³.
  declared.map((size) => ((typeof size === 'string' ? size !== '' : size >= 1 && size < 2 ** 63) ? size : '?'));

export function fixedSizes([batch, , height, width]: InputShape): FixedSizes {
  const fixed = (size: number | string | undefined) => (typeof size === 'number' ? size : null);
  return { batch: fixed(batch), height: fixed(height), width: fixed(width) };
}

/** @throws ModelError when the model takes no images of this size */
export function requireSize(file: string, { height, width }: FixedSizes, asked: Size): void {
  if ((height ?? asked.height) === asked.height && (width ?? asked.width) === asked.width) return;
  const taken = `${height ?? asked.height}×${width ?? asked.width}`;
  throw new ModelError(`${file} takes images of ${taken} pixels, not ${asked.height}×${asked.width}`);
}

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
    inputs.push({ name: name ? text(name) : '', type: type as OnnxInput['type'], shape: readShape(dimensions) });
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
