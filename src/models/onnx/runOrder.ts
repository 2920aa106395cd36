import type { GraphNode } from './graph';

/** An operator as it is run. */
export type Step = Pick<GraphNode, 'op' | 'inputs'> & { outputs: string[] };

/** The operators of a graph as ONNX Runtime joins them, in the order in which it runs them. */
export const stepsOf = (nodes: readonly GraphNode[]): Step[] => inRunOrder(joined(nodes));

/**
 * An activation becomes a part of its convolution, a sigmoid and the product with its input one operator (ConvActivationFusion,
 * QuickGeluFusion; seen in the optimised graphs of yolov7-tiny, yolov7, yolov7x, yolov7-w6, yolov7-d6 and yolov7-e6e).
 */
function joined(nodes: readonly GraphNode[]): Step[] {
  const readers = new Map<string, GraphNode[]>();
  for (const node of nodes) for (const name of node.inputs) readers.set(name, [...(readers.get(name) ?? []), node]);
  /** The only operator that reads a tensor. */
  const onlyReader = (name: string) => (readers.get(name)?.length === 1 ? readers.get(name)![0] : undefined);
  const isPart = new Set<GraphNode>();
  return nodes.flatMap((node): Step[] => {
    if (isPart.has(node)) return [];
    const { op, inputs, output, moreOutputs = [] } = node;
    const next = onlyReader(output);
    const isActivated = op === 'Conv' && (next?.op === 'LeakyRelu' || next?.op === 'Relu');
    const isSilu = op === 'Sigmoid' && next?.op === 'Mul' && next.inputs.includes(inputs[0]!);
    if (next && (isActivated || isSilu)) {
      isPart.add(next);
      return [{ op: isSilu ? 'SiLU' : op, inputs, outputs: [next.output] }];
    }
    return [{ op, inputs, outputs: [output, ...moreOutputs] }];
  });
}

/** Depth first from the outputs; of the inputs of a node the one that stands last in the file first (`ReverseDFSFrom`, core/graph/graph.cc). */
function inRunOrder(nodes: readonly Step[]): Step[] {
  const made = new Map<string, number>();
  nodes.forEach(({ outputs }, i) => outputs.forEach((name) => made.set(name, i)));
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const order: Step[] = [];
  const seen = new Set<number>();
  const stack = nodes.flatMap(({ outputs }, i) =>
    outputs.some((name) => read.has(name)) ? [] : [{ at: i, isLeft: false }],
  );
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { at, isLeft } = next;
    const node = nodes[at]!;
    if (isLeft) order.push(node);
    if (isLeft || seen.has(at)) continue;
    seen.add(at);
    stack.push({ at, isLeft: true });
    const before = [...new Set(node.inputs.flatMap((name) => made.get(name) ?? []))].sort((a, b) => a - b);
    for (const one of before) if (!seen.has(one)) stack.push({ at: one, isLeft: false });
  }
  return order;
}
