import type { ProtobufFile } from './protobufReader';

/** Far above any detector (some 20,000); an empty part takes two bytes in a file, but a hundred in the memory of who loads it. */
const mostParts = 2_000_000;
/** As deep as Protocol Buffers' own readers go. */
const deepest = 100;

type Message = { [field: number]: Message };

const entry: Message = {};
const type: Message = {};
const tensorType: Message = { 2: { 1: {} } };
Object.assign(type, { 1: tensorType, 4: { 1: type }, 5: { 2: type }, 8: tensorType, 9: { 1: type } });
const value: Message = { 2: type, 4: entry };
const tensor: Message = { 13: entry, 16: entry };
const sparse: Message = { 1: tensor, 2: tensor };
const graph: Message = {};
const attribute: Message = { 5: tensor, 6: graph, 10: tensor, 11: graph, 14: type, 15: type, 22: sparse, 23: sparse };
const node: Message = { 5: attribute, 9: entry };
Object.assign(graph, { 1: node, 5: tensor, 11: value, 12: value, 13: value, 14: { 2: entry }, 15: sparse, 16: entry });
const modelFunction: Message = { 7: node, 9: entry, 11: attribute, 12: value, 14: entry };
/** Which fields of onnx/onnx.proto hold messages, from a whole model down. */
const model: Message = {
  7: graph,
  8: entry,
  14: entry,
  20: { 1: graph, 2: graph, 3: entry, 4: entry },
  25: modelFunction,
};

/**
 * Goes once through all messages of an ONNX file, however deep; values of weights are skipped.
 *
 * @throws RangeError where it has more parts than any model, or they do not fit into one another
 */
export function requireFewParts({ size, fields }: ProtobufFile): void {
  let parts = 0;
  const walk = (from: number, to: number, message: Message, depth: number): void => {
    if (depth > deepest) throw new RangeError('it is nested deeper than any model');
    for (const { field, wire, start, end } of fields(from, to)) {
      if (++parts > mostParts) throw new RangeError('it has more parts than any model');
      const inner = wire === 2 ? message[field] : undefined;
      if (inner) walk(start, end, inner, depth + 1);
    }
  };
  walk(0, size, model, 0);
}
