import { integerField, lengthField, type Piece, textField } from './protobuf';
import { readProtobuf } from './protobufReader';

/**
 * The sizes of a model's outputs as further outputs. ONNX Runtime's binding copies each output that is asked for into fresh
 * memory of JavaScript, which the kernel maps page by page: 2,092 faults for each image of YOLOv7 at 640². Whoever asks for
 * sizes alone gets the same work done by the same operators, and the outputs stay in the memory that the runtime reuses.
 */

/** What the output is called that holds the sizes of another one. */
export const sizesName = (output: string) => `greenbatch: sizes of ${output}`;

const longestName = 64 * 1024;
const int64 = 7;

/** Names of a model's outputs, without loading it; none in a file that is no ONNX model. */
export function readOutputNames(file: string): string[] {
  try {
    return readProtobuf(file, ({ size, fields, text }) => {
      const names = new Set<string>();
      for (const graph of fields(0, size)) {
        if (graph.field !== 7 || graph.wire !== 2) continue;
        for (const output of fields(graph.start, graph.end)) {
          if (output.field !== 12 || output.wire !== 2) continue;
          for (const part of fields(output.start, output.end))
            if (part.field === 1 && part.wire === 2) names.add(text(part, longestName));
        }
      }
      return [...names];
    });
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/**
 * What is appended to the bytes of a model, so that it has the sizes of these outputs, [rank] int64 each, as outputs too. A
 * message that is followed by another one of its kind is merged with it, and so is the graph in it: nodes and outputs are
 * joined, all else stays (protobuf.dev, "Encoding", "Last One Wins"). `Shape` is the same in all versions of ONNX.
 */
export function sizeOutputs(outputs: readonly string[]): Uint8Array {
  const parts = outputs.flatMap((output): Piece[] => [
    ...lengthField(1, [textField(1, output), textField(2, sizesName(output)), textField(4, 'Shape')]),
    ...lengthField(12, [textField(1, sizesName(output)), ...lengthField(2, lengthField(1, [integerField(1, int64)]))]),
  ]);
  return Buffer.concat(lengthField(7, parts) as Uint8Array[]);
}
