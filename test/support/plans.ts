import type { Foreseen } from '../../src/core/plan/foreseen';
import { imageWork } from '../../src/core/plan/imageWork';
import { describedMachine, type PlanMachine } from '../../src/core/plan/machine';
import { parseMachine } from '../../src/core/plan/machineText';
import { type Plan, type PlanFacts, planOf } from '../../src/core/plan/plan';
import { configurationsOf } from '../../src/core/run/plan';
import { type SpecInput, specSchema } from '../../src/core/spec/spec';

/** A machine as a file describes it. */
export function machineOf(text: string): PlanMachine {
  const parsed = parseMachine(text);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return describedMachine(parsed.machine, ['package', 'dram']);
}

export const smallMachine = (more = '') =>
  machineOf(`name: small\ncores: 4\nthreads: 8\nmemoryGiB: 16\ncounters: [package, dram]\n${more}`);

/** A model of 10 GFLOP: 40 MB of weights, 20 MB held, 10 MB the largest tensor, 2 MB the output, .3 MB the input. */
export const foreseen = (models: string[], more: Partial<Foreseen> = {}): Foreseen => ({
  imageSize: { height: 320, width: 320 },
  images: { description: '64 generated scenes (seed 1)', count: 64, bytesEach: 307_200, inRotation: 64 },
  models: models.map((model) => ({
    ...{ model, gflops: 10, unknown: null, fixedBatch: null, toBuildBytes: 40e6, accuracyImages: 0 },
    memory: {
      ...{ weightBytes: 40e6, heldBytes: 20e6, arenas: [{ batchSize: 10, bytes: 300e6 }] },
      input: { name: 'images', elements: 307_200, bytes: 307_200 },
      output: { name: 'output', elements: 500_000, bytes: 2e6 },
      largest: { name: 'model.0.conv', elements: 2_500_000, bytes: 10e6 },
    },
  })),
  ...{ passUnits: null, wholeProcess: false, readsOutputs: false, missing: [] },
  ...more,
});

/** The plan of a small experiment, with whatever is another way. */
export function planFrom(input: Partial<SpecInput> = {}, more: Partial<PlanFacts> = {}): Plan {
  const spec = specSchema.parse({ models: ['yolov7-tiny'], batchSizes: [1, 2, 4], ...input });
  const machine = more.machine ?? smallMachine();
  return planOf({
    ...{ name: 'small', unit: 'image', spec, machine, runs: [], missing: [], notes: [] },
    ...{ serves: true, detect: null },
    work: imageWork(spec, (path) => path),
    configurations: configurationsOf(spec, { cores: machine.cores }),
    foreseen: foreseen(spec.models),
    ...more,
  });
}
