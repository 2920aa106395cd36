import { addNode, type Convolution, type Graph } from '../../src/models/onnx/graph';

/**
 * The graph as it is trained: batch normalisation, branches and implicit knowledge as operators of their own, with the
 * state's names for parameters. ONNX Runtime does the arithmetic, nothing of Greenbatch's folding is in it.
 */
export function unfused(graph: Graph, implicit: boolean): Graph {
  const out: Graph = { ...graph, nodes: [], parameters: [] };
  const convolutions = new Map(graph.convolutions.map((c) => [c.name, c]));
  const parameter = (name: string, shape: number[]) => {
    out.parameters.push({ name, shape, fanIn: 1 });
    return name;
  };
  const conv = (c: Convolution, name: string, from: string, output: string, hasBias: boolean) => {
    const { kernel, stride, padding, groups } = c;
    const weight = parameter(`${name}.weight`, [c.outChannels, c.inChannels / groups, kernel, kernel]);
    const bias = hasBias ? [parameter(`${name}.bias`, [c.outChannels])] : [];
    return addNode(out, 'Conv', [from, weight, ...bias], output, {
      ...{ kernel_shape: [kernel, kernel], strides: [stride, stride] },
      ...{ pads: [padding, padding, padding, padding], group: groups },
    });
  };
  const norm = (name: string, channels: number, from: string, output: string) => {
    const values = ['weight', 'bias', 'running_mean', 'running_var'].map((k) => parameter(`${name}.${k}`, [channels]));
    return addNode(out, 'BatchNormalization', [from, ...values], output, { epsilon: { float: 1e-3 } });
  };
  for (const node of graph.nodes) {
    const c = node.op === 'Conv' ? convolutions.get(node.output) : undefined;
    if (!c) {
      out.nodes.push(node);
      continue;
    }
    const from = node.inputs[0] ?? '';
    if (c.branches === 'plain') {
      if (!implicit) conv(c, c.name, from, c.name, true);
      else {
        const own = (kind: string) => `${c.name.replace(/\.m\.(\d+)$/, `.${kind}.$1`)}.implicit`;
        const sum = addNode(out, 'Add', [from, parameter(own('ia'), [1, c.inChannels, 1, 1])], `${c.name}.sum`);
        const head = conv(c, c.name, sum, `${c.name}.plain`, true);
        addNode(out, 'Mul', [head, parameter(own('im'), [1, c.outChannels, 1, 1])], c.name);
      }
    } else if (c.branches === 'batchNorm') {
      norm(c.name.replace(/conv$/, 'bn'), c.outChannels, conv(c, c.name, from, `${c.name}.raw`, false), c.name);
    } else {
      const base = c.name.replace(/rbr_reparam$/, '');
      const branches = [
        norm(`${base}rbr_dense.1`, c.outChannels, conv(c, `${base}rbr_dense.0`, from, `${base}3`, false), `${base}d`),
        norm(
          `${base}rbr_1x1.1`,
          c.outChannels,
          conv({ ...c, kernel: 1, padding: 0 }, `${base}rbr_1x1.0`, from, `${base}1`, false),
          `${base}p`,
        ),
      ];
      if (c.branches === 'repConvIdentity') branches.push(norm(`${base}rbr_identity`, c.outChannels, from, `${base}i`));
      addNode(out, 'Sum', branches, c.name);
    }
  }
  return out;
}
