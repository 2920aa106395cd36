import { builtInArchitecture } from '../yolo/builtIn';
import { builtInModels } from '../yolo/family';
import type { Architecture, Layer } from '../yolo/layers';
import { ModelError } from '../modelError';
import type { Checkpoint } from './checkpoint';

/**
 * Weights belong to one architecture. Classes and anchors are the training's choice, so they may differ.
 *
 * @throws ModelError naming the first layer that differs, and what the checkpoint holds
 */
export function requireSameArchitecture(model: string, architecture: Architecture, checkpoint: Checkpoint): void {
  const wanted = architecture.layers.map(identity);
  const found = checkpoint.architecture.layers.map(identity);
  const length = Math.max(wanted.length, found.length);
  const at = Array.from({ length }, (_, i) => i).find((i) => wanted[i] !== found[i]);
  if (at === undefined) return;
  const builtIn = builtInModels.find((name) => builtInArchitecture(name).layers.map(identity).join() === found.join());
  const describe = (layers: Layer[]) => {
    const layer = layers[at];
    return layer ? `a ${layer.op} with ${layer.outChannels} channels` : 'nothing';
  };
  const holds = builtIn ? `the weights of ${builtIn}` : 'the weights of another network';
  throw new ModelError(
    `${checkpoint.file} holds ${holds}, not of ${model}: layer ${at} is ${describe(checkpoint.architecture.layers)} instead of ${describe(architecture.layers)}; name ${builtIn ?? 'the checkpoint itself'} as the model`,
  );
}

function identity(layer: Layer): string {
  // The row of the head is another one where auxiliary heads stood before it.
  return layer.op === 'Detect' ? JSON.stringify(['Detect', layer.inputs]) : JSON.stringify(layer);
}
