import type { Configuration } from '../configuration/configuration';
import { describeBytes } from '../words/units';
import type { Foreseen, ForeseenModel } from './foreseen';
import type { PlanMachine } from './machine';
import type { ModelMemory, TensorOfImage } from './modelMemory';

/**
 * Peak memory of a configuration, predicted from the architecture: what docs/planning.md argues, and holds against processes that were
 * measured. The memory guard of a run still decides by probing (`src/workloads/memory/memoryGuard.ts`).
 */

/** Node.js, the program and ONNX Runtime, before a model is loaded, bytes. */
const programBytes = 175e6;
/** Weights are held once, in the order that convolutions want them, and a little more. */
const weightShare = 1.1;
/** What was measured over what the arena was simulated to take: buffers of single operators, and what else is not known of it. */
const arenaShare = 1.1;
/** More than any prediction was off, of what was measured. */
export const memoryErrorPercent = 20;

/** As many elements as a tensor has had in a run that went well; that is also as many as 32 bits with a sign count. */
const provenElements = 2 ** 31 - 1;

/** A tensor of a whole batch. */
type PlannedTensor = { role: 'input' | 'output' | 'largest'; name: string; elements: number; bytes: number };

/** What a plan expects. `too near to tell`: within the error of the prediction. */
type Expectation = 'fits' | 'does not fit' | 'too near to tell' | 'not known';

export type PlannedMemory = {
  expectation: Expectation;
  /** Why it is not expected to fit, or not known; null where it fits. */
  reason: string | null;
  /** Bytes of all processes together, at their peak; null: not known. */
  totalBytes: number | null;
  /** Of one process, bytes. */
  parts: { programBytes: number; weightBytes: number; activationBytes: number; imageBytes: number } | null;
  tensors: PlannedTensor[];
};

/** @param model undefined: the workload tells nothing of it */
export function plannedMemory(
  { batchSize, instances }: Configuration,
  { images, readsOutputs }: Pick<Foreseen, 'images' | 'readsOutputs'>,
  model: ForeseenModel | undefined,
  machine: Pick<PlanMachine, 'availableBytes' | 'mostTensorBytes'>,
): PlannedMemory {
  const unknown = (reason: string): PlannedMemory => ({
    ...{ expectation: 'not known', reason, totalBytes: null, parts: null, tensors: [] },
  });
  if (!model) return unknown('the workload tells nothing of its memory before it runs');
  const { memory, fixedBatch } = model;
  if (fixedBatch !== null && fixedBatch !== batchSize)
    return { ...unknown(`its file takes batches of ${fixedBatch} only`), expectation: 'does not fit' };
  if (!memory) return unknown(model.unknown ?? 'its sizes are not known');
  const tensor = (role: PlannedTensor['role'], { name, elements, bytes }: TensorOfImage): PlannedTensor => ({
    ...{ role, name, elements: batchSize * elements, bytes: batchSize * bytes },
  });
  const tensors = [tensor('input', memory.input), tensor('largest', memory.largest), tensor('output', memory.output)];
  const parts = {
    programBytes,
    weightBytes: weightShare * memory.weightBytes,
    activationBytes: arenaShare * arenaOf(memory, batchSize),
    imageBytes: imageBytes(batchSize, { images, readsOutputs }, memory),
  };
  const each = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  const totalBytes = instances * each;
  return { ...judge(totalBytes, tensors, machine, readsOutputs), totalBytes, parts, tensors };
}

/** Images in rotation; where outputs are read, one batch of each instead. */
function imageBytes(
  batchSize: number,
  { images, readsOutputs }: Pick<Foreseen, 'images' | 'readsOutputs'>,
  { output }: ModelMemory,
): number {
  if (images === null) return 0;
  if (readsOutputs) return batchSize * (images.bytesEach + output.bytes);
  return images.bytesEach * Math.max(batchSize, images.inRotation);
}

/** One that was not asked for is taken in proportion. */
function arenaOf({ arenas, heldBytes }: ModelMemory, batchSize: number): number {
  return arenas.find((arena) => arena.batchSize === batchSize)?.bytes ?? batchSize * heldBytes;
}

function judge(
  totalBytes: number,
  tensors: readonly PlannedTensor[],
  { availableBytes, mostTensorBytes }: Pick<PlanMachine, 'availableBytes' | 'mostTensorBytes'>,
  readsOutputs: boolean,
): Pick<PlannedMemory, 'expectation' | 'reason'> {
  const held = tensors.filter(({ role }) => role === 'input' || (role === 'output' && readsOutputs));
  const tooLarge = held.find(({ bytes }) => mostTensorBytes !== null && bytes > mostTensorBytes);
  if (tooLarge) {
    const reason = `its ${tooLarge.role} takes ${describeBytes(tooLarge.bytes)}; one buffer of this Node.js holds ${describeBytes(mostTensorBytes!)}`;
    return { expectation: 'does not fit', reason };
  }
  const share = memoryErrorPercent / 100;
  const available = `${describeBytes(availableBytes)} are available`;
  const about = `about ${describeBytes(totalBytes)}`;
  if (totalBytes * (1 - share) > availableBytes)
    return { expectation: 'does not fit', reason: `it would need ${about}; ${available}` };
  if (totalBytes * (1 + share) > availableBytes) {
    const reason = `it needs ${about}, give or take ${memoryErrorPercent} %; ${available}`;
    return { expectation: 'too near to tell', reason };
  }
  return { expectation: 'fits', reason: null };
}

/**
 * Why a batch that is expected to run is not proven to: its tensors have more elements than 32 bits count, and no run here had such. null
 * where nothing speaks against it.
 */
export function notProvenReason({ expectation, reason, tensors }: PlannedMemory): string | null {
  if (expectation !== 'fits') return reason;
  const many = tensors.filter(({ elements }) => elements > provenElements);
  if (many.length === 0) return null;
  const names = many.map(({ role }) => `its ${role} tensor`);
  return `${names.join(' and ')} ${many.length === 1 ? 'has' : 'have'} more than 2³¹ elements, which no run has shown to work`;
}
