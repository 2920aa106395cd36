import type { ModelMemory, TensorOfImage } from '../../core/plan/modelMemory';
import { arenaBytes } from './arena';
import { buffersOf, mostHeldBytes } from './buffers';
import { inputName, outputName } from './graph';
import { stepsOf } from './runOrder';
import { bytesOf, elementsOf, inferShapes, type SizedGraph } from './shapes';

/**
 * What a graph takes in memory, without running it: its tensors, the buffers that they lie in, and what the arena makes of these.
 *
 * @throws UnknownShape
 */
export function modelMemory(graph: SizedGraph, batchSizes: readonly number[]): ModelMemory {
  const tensors = inferShapes(graph, 1);
  const sizes = (name: string): TensorOfImage => {
    const tensor = tensors.get(name)!;
    return { name, elements: elementsOf(tensor), bytes: bytesOf(tensor) };
  };
  const between = [...tensors.keys()].filter((name) => name !== inputName && name !== outputName).map(sizes);
  const weights = graph.parameters.reduce((sum, { shape }) => sum + 4 * elementsOf({ dims: shape }), 0);
  const constants = graph.constants.reduce((sum, { data }) => sum + data.byteLength, 0);
  const buffers = buffersOf(stepsOf(graph.nodes), tensors);
  return {
    weightBytes: weights + constants,
    ...{ input: sizes(inputName), output: sizes(outputName) },
    largest: between.reduce((most, one) => (one.bytes > most.bytes ? one : most)),
    heldBytes: mostHeldBytes(buffers),
    arenas: batchSizes.map((batchSize) => ({ batchSize, bytes: arenaBytes(buffers, batchSize) })),
  };
}
