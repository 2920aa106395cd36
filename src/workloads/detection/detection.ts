import { sizeErrors, sizeWarnings } from '../../core/spec/modelSizes';
import { fixedSizesOf } from '../../models/onnx/fixedSizes';
import { aroundStep, type Workload } from '../workload';

/** The parts of a pass, in their order. */
const ofPass = ['load', 'preprocess', 'inference', 'nms', 'evaluation'] as const;
/** Of each scope (`measure.scope`): a process also starts, loads its model, and ends. */
const phases = { inference: [], 'end-to-end': ofPass, process: aroundStep(ofPass) };

/** Object detection in images: inference alone, or the whole way from the file to evaluated boxes (`measure.scope`). */
export const detection: Workload = {
  name: 'detection',
  unit: 'image',
  factors: ['model', 'batchSize', 'threads', 'spinning'],
  phases: ({ measure }) => phases[measure.scope],
  check(spec, baseFolder) {
    const sizes = fixedSizesOf(spec.models, baseFolder);
    return { errors: sizeErrors(spec, sizes), warnings: sizeWarnings(spec, sizes) };
  },
  // A pass from end to end goes over images that lie there, and a process that ends answers nobody.
  serves: ({ measure }) => measure.scope === 'inference',
  foresee: async (spec, folders) => (await import('./session/foresee')).foreseeDetection(spec, folders),
  // Loaded when they are called: a trial needs none of what comes before it, and the other way round.
  prepare: async (session) => (await import('./session/preparation')).prepareDetection(session),
  async open(told) {
    const { detectionJobSchema } = await import('./modes/detectionJob');
    const job = detectionJobSchema.parse(told);
    if (job.mode === 'inference') return (await import('./modes/inference')).openInference(job);
    return (await import('./modes/endToEnd')).openEndToEnd(job);
  },
  async evaluate(told, alive) {
    const { accuracyJobSchema } = await import('./modes/detectionJob');
    return (await import('./modes/accuracy')).findAccuracy(accuracyJobSchema.parse(told), alive);
  },
};
