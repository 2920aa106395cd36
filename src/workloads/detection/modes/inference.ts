import { monotonicMs } from '../../../machine/clock';
import { InferenceError, openUnreadSession, type Session, type UnreadSession } from '../../../models/onnx/session';
import { explainFailure } from '../../../models/onnx/workingBatches';
import type { TensorBytes, Work } from '../../workload';
import { batchView, loadImages } from '../prepare/tensorCache';
import type { InferenceJob } from './detectionJob';

/** Inference alone: a step is one whole batch out of memory, and a server's batch a part of one. */
export async function openInference(job: InferenceJob): Promise<Work> {
  const session = await openUnreadSession(job.modelFile, { threads: job.threads, spinning: job.spinning });
  const nextBatch = batches(job, session);
  const isFixedBatch = typeof session.inputShape[0] === 'number';
  return {
    async step(watch) {
      const batch = nextBatch();
      const start = monotonicMs();
      await runBatch(job, session, batch);
      watch.ran(monotonicMs() - start, true);
      return job.batchSize;
    },
    async serve(units) {
      const { data, dims } = nextBatch();
      const run = isFixedBatch ? job.batchSize : units;
      const part = data.subarray(0, (data.length / job.batchSize) * run);
      await runBatch(job, session, { data: part, dims: [run, ...dims.slice(1)] });
      return run;
    },
    probe: () => probe(job, session, nextBatch),
  };
}

type Batch = { data: Uint8Array | Float32Array; dims: number[] };

/** Successive whole batches out of memory, so that no window is fed by decoding. */
function batches(job: InferenceJob, session: Session): () => Batch {
  const bytesPerImage = 3 * job.height * job.width;
  const pixels = loadImages(job.imagesFile, bytesPerImage, job.batchSize);
  const dims = [job.batchSize, 3, job.height, job.width];
  if (session.inputType === 'uint8') {
    let next = 0;
    return () => ({ data: batchView(pixels, bytesPerImage, job.batchSize, next++), dims });
  }
  // Models of others take floats 0…1: converted once, outside the windows, and kept within bounds.
  const most = Math.max(job.batchSize, Math.floor(floatPoolBytes / (4 * bytesPerImage)));
  const used = pixels.subarray(0, Math.min(pixels.length, most * bytesPerImage));
  const floats = Float32Array.from(used, (value) => value / 255);
  const whole = Math.max(1, Math.floor(floats.length / bytesPerImage / job.batchSize));
  let next = 0;
  return () => {
    const from = (next++ % whole) * job.batchSize * bytesPerImage;
    return { data: floats.subarray(from, from + job.batchSize * bytesPerImage), dims };
  };
}
const floatPoolBytes = 512 * 1024 * 1024;

async function probe(job: InferenceJob, session: UnreadSession, nextBatch: () => Batch): Promise<TensorBytes> {
  let outputBytes = 0;
  let inputBytes = 0;
  for (let i = 0; i < 2; i++) {
    const batch = nextBatch();
    const outputs = await runBatch(job, session, batch);
    inputBytes = batch.data.byteLength / job.batchSize;
    outputBytes = Math.max(...outputs) / job.batchSize;
  }
  return { inputBytes, outputBytes };
}

/** Nothing reads the outputs. Returns the bytes of each. */
async function runBatch(job: InferenceJob, session: UnreadSession, { data, dims }: Batch): Promise<number[]> {
  try {
    return await session.runUnread(data, dims);
  } catch (error) {
    if (!(error instanceof InferenceError)) throw error;
    const { height, width, batchSize: batch, alsoTry = [] } = job;
    throw await explainFailure({ session, size: { height, width }, batch, error, alsoTry });
  }
}
