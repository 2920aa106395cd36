import type { Size } from '../core/spec/spec';
import { addDetect } from './detect';
import { addConstant, addNode, type Graph, type InputType, inputName } from './graph';
import type { Architecture, Layer } from './layers';
import { addConv, addOperation, type Value } from './operations';

/** Lowers an architecture to ONNX operators for images of one size; batch normalisation is folded. */
export function buildGraph(architecture: Architecture, size: Size, input: InputType): Graph {
  const detect = architecture.layers.at(-1);
  if (detect?.op !== 'Detect') throw new Error('an architecture ends in Detect');
  const { classes } = detect;
  const { height, width } = size;
  const graph: Graph = {
    ...{ height, width, input, boxes: 0, classes },
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
