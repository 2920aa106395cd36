import type { Convolution, Graph } from '../onnx/graph';
import type { Activation } from '../onnx/graph';
import { ModelError } from '../modelError';
import type { WeightSource } from '../onnx/weights';
import { addPointwise, type BatchNorm, foldBatchNorm, foldImplicit, type Fused, identityKernel } from './fuse';
import { attribute, type ModuleTree } from './modules';
import { describeValue, type PickledObject, type PickleValue, type Tensor } from './pickleValue';

type Read = (name: string, tensor: Tensor) => Float32Array;

const shown = 8;
/** Beside the weights; of no use at inference. `m2`: auxiliary heads. */
const idle = /\.(num_batches_tracked|anchors|anchor_grid|m2\.\d+\.(weight|bias))$/;

/**
 * The weights of a trained network for a graph, with batch normalisation, branches and implicit knowledge folded in.
 * All is compared first: each convolution of the graph has its tensors, with these shapes, stride, padding, groups
 * and activation, and no tensor of these layers is left over. Tensors are read when they are asked for.
 *
 * @throws ModelError saying what does not fit
 */
export function fitWeights(tree: ModuleTree, graph: Graph, read: Read, where: string): WeightSource {
  const fitting = new Fitting(tree, read);
  const convolutions = new Map(graph.convolutions.map((c) => [c.name, fitting.convolution(c)]));
  const problems = [...fitting.problems, ...fitting.leftOver(graph)];
  if (problems.length > 0) {
    const more = problems.length > shown ? [`… and ${problems.length - shown} more`] : [];
    throw new ModelError(
      [`the weights in ${where} do not fit its architecture:`, ...problems.slice(0, shown), ...more].join('\n  '),
    );
  }
  let last: { name: string; fused: Fused } | undefined;
  return ({ name: parameter }) => {
    const name = parameter.replace(/\.(weight|bias)$/, '');
    // A weight and its bias are asked for one after the other.
    if (last?.name !== name) {
      const fused = convolutions.get(name)?.();
      if (!fused) throw new Error(`no convolution ${name}`);
      if (![fused.weight, fused.bias].every((values) => values.every(Number.isFinite))) {
        throw new ModelError(
          `${where} holds weights of ${name} that are no numbers (NaN or infinite): its training failed`,
        );
      }
      last = { name, fused };
    }
    return parameter.endsWith('.bias') ? last.fused.bias : last.fused.weight;
  };
}

class Fitting {
  readonly problems: string[] = [];
  private readonly used = new Set<string>();

  constructor(
    private readonly tree: ModuleTree,
    private readonly read: Read,
  ) {}

  /** @returns reads and folds its weights */
  convolution(c: Convolution): () => Fused {
    if (c.branches === 'plain') return this.head(c);
    if (c.branches === 'batchNorm') return this.normalised(c);
    return this.repConv(c);
  }

  leftOver({ convolutions }: Graph): string[] {
    const rows = new Set(convolutions.map(({ name }) => /^model\.\d+\./.exec(name)?.[0]));
    return [...this.tree.tensors.keys()]
      .filter((name) => rows.has(/^model\.\d+\./.exec(name)?.[0]) && !this.used.has(name) && !idle.test(name))
      .map((name) => `${name} has no place in it`);
  }

  private normalised(c: Convolution): () => Fused {
    const base = c.name.replace(/\.conv$/, '');
    this.checkActivation(`${base}.act`, c.activation);
    return this.branch(c, c.name, `${base}.bn`);
  }

  private repConv(c: Convolution): () => Fused {
    const base = c.name.replace(/\.rbr_reparam$/, '');
    this.checkActivation(`${base}.act`, c.activation);
    if (this.tree.tensors.has(`${c.name}.weight`)) return this.branch(c, c.name, null);
    const dense = this.branch(c, `${base}.rbr_dense.0`, `${base}.rbr_dense.1`);
    const pointwise = this.branch({ ...c, kernel: 1, padding: 0 }, `${base}.rbr_1x1.0`, `${base}.rbr_1x1.1`);
    const identity = c.branches === 'repConvIdentity' ? this.norm(`${base}.rbr_identity`, c.outChannels) : null;
    return () => {
      const fused = dense();
      addPointwise(fused, pointwise());
      if (identity) addPointwise(fused, foldBatchNorm(identityKernel(c.outChannels, c.groups), null, identity()));
      return fused;
    };
  }

  /** Implicit knowledge stands only in checkpoints of a training. */
  private head(c: Convolution): () => Fused {
    const conv = this.branch(c, c.name, null);
    const implicit = (kind: 'ia' | 'im', channels: number) => {
      const name = `${c.name.replace(/\.m\.(\d+)$/, `.${kind}.$1`)}.implicit`;
      return this.tree.tensors.has(name) ? this.tensor(name, [1, channels, 1, 1]) : null;
    };
    const added = implicit('ia', c.inChannels);
    const factor = implicit('im', c.outChannels);
    return () => (added || factor ? foldImplicit(conv(), added?.() ?? null, factor?.() ?? null) : conv());
  }

  /** A convolution and, unless it has been fused into it, its batch normalisation. */
  private branch(c: Convolution, name: string, normName: string | null): () => Fused {
    const { kernel, stride, padding, groups, outChannels } = c;
    const module = this.tree.modules.get(name);
    const expected = { stride, padding, kernel_size: kernel, dilation: 1 };
    for (const [key, value] of Object.entries(expected)) this.checkPair(name, module, key, value);
    const foundGroups = attribute(module, 'groups');
    if (module && foundGroups !== groups)
      this.problems.push(`${name} has groups ${describeValue(foundGroups)}, not ${groups}`);
    const weight = this.tensor(`${name}.weight`, [outChannels, c.inChannels / groups, kernel, kernel]);
    const hasNorm = normName !== null && this.tree.modules.has(normName);
    const hasBias = !hasNorm || this.tree.tensors.has(`${name}.bias`);
    const bias = hasBias ? this.tensor(`${name}.bias`, [outChannels]) : null;
    if (!hasNorm) return () => ({ weight: weight(), bias: bias?.() ?? new Float32Array(outChannels) });
    const norm = this.norm(normName, outChannels);
    return () => foldBatchNorm(weight(), bias?.() ?? null, norm());
  }

  private norm(name: string, channels: number): () => BatchNorm {
    const values = (key: string) => this.tensor(`${name}.${key}`, [channels]);
    const gamma = values('weight');
    const beta = values('bias');
    const mean = values('running_mean');
    const variance = values('running_var');
    const epsilon = attribute(this.tree.modules.get(name), 'eps');
    if (typeof epsilon !== 'number' || !(epsilon > 0)) {
      this.problems.push(`${name} has the epsilon ${describeValue(epsilon)}`);
      return () => ({ gamma: gamma(), beta: beta(), mean: mean(), variance: variance(), epsilon: 0 });
    }
    return () => ({ gamma: gamma(), beta: beta(), mean: mean(), variance: variance(), epsilon });
  }

  private tensor(name: string, shape: number[]): () => Float32Array {
    const tensor = this.tree.tensors.get(name);
    this.used.add(name);
    if (!tensor) this.problems.push(`${name} is missing`);
    else if (tensor.shape.join() !== shape.join()) {
      this.problems.push(`${name} has the shape ${tensor.shape.join('×')} instead of ${shape.join('×')}`);
    } else return () => this.read(name, tensor);
    return () => new Float32Array(0);
  }

  private checkPair(name: string, module: PickledObject | undefined, key: string, expected: number): void {
    if (!module) return;
    const value = attribute(module, key);
    if (Array.isArray(value) && value.length === 2 && value.every((v) => v === expected)) return;
    const found = Array.isArray(value) ? value.map(describeValue).slice(0, 4).join(', ') : describeValue(value);
    this.problems.push(`${name} has ${key} ${found}, not ${expected}`);
  }

  private checkActivation(name: string, expected: Activation): void {
    const module = this.tree.modules.get(name);
    const found = module?.type.name;
    const slope: PickleValue | undefined = attribute(module, 'negative_slope');
    const names = { silu: 'SiLU', relu: 'ReLU', leakyRelu: 'LeakyReLU', none: 'Identity' };
    if (found === names[expected.kind] && (expected.kind !== 'leakyRelu' || slope === expected.slope)) return;
    const described = found === 'LeakyReLU' ? `LeakyReLU(${describeValue(slope)})` : (found ?? 'missing');
    const wanted = expected.kind === 'leakyRelu' ? `LeakyReLU(${expected.slope})` : names[expected.kind];
    this.problems.push(`${name} is ${described}, its cfg says ${wanted}`);
  }
}
