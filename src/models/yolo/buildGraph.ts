import type { Size } from '../../core/spec/spec';
import { addDetect } from './detect';
import { addConstant, addNode, type Graph, type InputType, inputName } from '../onnx/graph';
import type { Architecture, Layer } from './layers';
import { addC3, addDownC, addSpp, addSppcspc } from './blocks';
import { addConcat, addConv, addMaxPool, addReOrg, addUpsample, type Value } from './operations';

/**
 * Lowers an architecture to ONNX operators; batch normalisation is folded.
 *
 * @param freeSize for images of any size that fits the strides, not of this one only
 */
export function buildGraph(
  architecture: Architecture,
  size: Size,
  input: InputType,
  classNames: string[] | null = null,
  freeSize = false,
): Graph {
  const detect = architecture.layers.at(-1);
  if (detect?.op !== 'Detect') throw new Error('an architecture ends in Detect');
  const { classes } = detect;
  const { height, width } = size;
  const graph: Graph = {
    ...{ height, width, freeSize, input, boxes: 0, classes, classNames },
    ...{ nodes: [], constants: [], parameters: [], convolutions: [] },
  };
  const image: Value = { name: inputName, channels: 3, height, width };
  if (input === 'uint8') {
    const scale = addConstant(graph, 'scale', [], new Float32Array([1 / 255]));
    const floats = addNode(graph, 'Cast', [inputName], 'images.float', { to: 1 });
    image.name = addNode(graph, 'Mul', [floats, scale], 'images.scaled');
  }
  const values: Value[] = [];
  for (const layer of architecture.layers) {
    const inputs = layer.inputs.map((i) => (i === -1 ? image : values[i])).filter((v) => v !== undefined);
    values.push(addLayer(graph, layer, inputs));
  }
  return graph;
}

function addLayer(graph: Graph, layer: Layer, inputs: Value[]): Value {
  const [first] = inputs;
  if (!first) throw new Error(`row ${layer.row} has no input`);
  if (layer.op === 'Detect') return addDetect(graph, layer, inputs);
  if (layer.op !== 'Conv') return addOperation(graph, layer, inputs);
  let value = first;
  for (let i = 0; i < layer.repeat; i++) {
    const name = `model.${layer.row}${layer.repeat > 1 ? `.${i}` : ''}`;
    value = addConv(graph, value, { ...layer, name: `${name}.conv`, channels: layer.outChannels });
  }
  return value;
}

/** All layers but plain Conv and Detect. */
function addOperation(graph: Graph, layer: Exclude<Layer, { op: 'Conv' | 'Detect' }>, inputs: Value[]): Value {
  const [first, second] = inputs as [Value, Value];
  const name = `model.${layer.row}`;
  switch (layer.op) {
    case 'MP':
      return addMaxPool(graph, first, name, layer.kernel, layer.kernel, 0);
    case 'SP':
      return addMaxPool(graph, first, name, layer.kernel, layer.stride, Math.floor(layer.kernel / 2));
    case 'Concat':
      return addConcat(graph, inputs, name);
    case 'Shortcut':
      return { ...first, name: addNode(graph, 'Add', [first.name, second.name], name) };
    case 'Upsample':
      return addUpsample(graph, first, name, layer.scale);
    case 'ReOrg':
      return addReOrg(graph, first, name);
    case 'RepConv': {
      const hasIdentity = first.channels === layer.outChannels && layer.stride === 1;
      return addConv(graph, first, {
        ...layer,
        ...{ name: `${name}.rbr_reparam`, channels: layer.outChannels, kernel: 3, padding: 1 },
        branches: hasIdentity ? 'repConvIdentity' : 'repConv',
      });
    }
    case 'DownC':
      return addDownC(graph, first, name, layer);
    case 'SPPCSPC':
      return addSppcspc(graph, first, name, layer);
    case 'Focus': {
      const { kernel, activation, outChannels: channels } = layer;
      const padding = Math.floor(kernel / 2);
      const folded = addReOrg(graph, first, name);
      return addConv(graph, folded, {
        ...{ name: `${name}.conv.conv`, channels, kernel, padding, activation },
        ...{ stride: 1, groups: 1 },
      });
    }
    case 'C3':
      return addC3(graph, first, name, layer);
    case 'SPP':
    case 'SPPF':
      return addSpp(graph, first, name, layer);
  }
}
