import { type FixedSizes, freeSizeExport } from '../../core/spec/modelSizes';
import type { Size } from '../../core/spec/spec';
import { ModelError } from '../modelError';
import { requireFewParts } from './onnxParts';
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

/** @throws ModelError when the model takes images of one size only, with how to export one that does not */
export function requireFreeSize(file: string, { height, width }: FixedSizes): void {
  if (height === null && width === null) return;
  throw new ModelError(`${file} takes images of ${height ?? 'any'}×${width ?? 'any'} pixels only; ${freeSizeExport}`);
}

const typeNames: Record<number, string> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
  10: 'float16',
};

/** Weights included, which old exporters list among the inputs. */
const mostInputs = 100_000;
const mostDimensions = 16;
const shown = 5;

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
    return onlyImages(file, readProtobuf(file, readInputs).inputs);
  } catch (error) {
    if (error instanceof RangeError) throw new ModelError(`${file} is not an ONNX model, or torn (${error.message})`);
    throw error;
  }
}

/**
 * Where sizes of inputs are written as 0, which ONNX Runtime takes for none at all instead of for free ones.
 *
 * @returns places of the two bytes of each; none in a file that is no ONNX model
 */
export function placesOfZeroSizes(file: string): number[] {
  try {
    return readProtobuf(file, readInputs).zeroSizes;
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function readInputs(content: ProtobufFile): { inputs: OnnxInput[]; zeroSizes: number[] } {
  requireFewParts(content);
  const { size, fields, text } = content;
  const inputs = new Map<string, OnnxInput>();
  const zeroSizes: number[] = [];
  function* inside(message: Pick<Field, 'start' | 'end'> | undefined, field: number): Generator<Field> {
    if (message) for (const part of fields(message.start, message.end)) if (part.field === field) yield part;
  }
  const first = (message: Field | undefined, field: number) => inside(message, field).next().value ?? undefined;
  const [graph] = inside({ start: 0, end: size }, 7);
  if (graph?.wire !== 2) throw new RangeError('no graph');
  for (const part of inside(graph, 11)) {
    const name = first(part, 1);
    const tensor = first(first(part, 2), 1);
    const element = first(tensor, 1);
    const dimensions: InputShape[number][] = [];
    for (const dimension of inside(first(tensor, 2), 1)) {
      const fixed = first(dimension, 1);
      const free = first(dimension, 2);
      if (fixed?.value === 0 && dimension.end - dimension.start === 2) zeroSizes.push(dimension.start);
      dimensions.push(fixed ? fixed.value : free ? text(free) : '?');
      if (dimensions.length > mostDimensions) throw new RangeError('an input with more sizes than any model has');
    }
    const type = typeNames[element?.value ?? 0] ?? `type ${element?.value}`;
    const input = { name: name ? text(name) : '', type: type as OnnxInput['type'], shape: readShape(dimensions) };
    inputs.set(input.name, input);
    if (inputs.size > mostInputs) throw new RangeError('more inputs than any model has');
  }
  // Old exporters list the weights among the inputs.
  if (inputs.size > 1)
    for (const part of inside(graph, 5)) {
      const name = first(part, 8);
      if (name) inputs.delete(text(name));
    }
  return { inputs: [...inputs.values()], zeroSizes };
}

function onlyImages(file: string, inputs: OnnxInput[]): OnnxInput {
  const [input] = inputs;
  const listed = inputs.slice(0, shown).map(({ name, type, shape }) => `${name}: ${type}[${shape.join(', ')}]`);
  if (inputs.length > shown) listed.push(`… and ${inputs.length - shown} more`);
  const isImage = input && inputs.length === 1 && input.shape.length === 4;
  const channels = input?.shape[1];
  if (!isImage || !['float32', 'uint8'].includes(input.type) || (typeof channels === 'number' && channels !== 3)) {
    const fix = (input?.type as string | undefined) === 'float16' ? halfInputFix : '';
    throw new ModelError(
      `${file} has the input ${listed.join('; ') || '(none)'}; allowed: one, float32 or uint8, [N, 3, H, W]${fix}`,
    );
  }
  return input;
}
