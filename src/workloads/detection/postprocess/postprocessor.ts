import { Worker } from 'node:worker_threads';
import type { Tensors } from '../../../core/detection/detector';
import type { Size } from '../../../core/spec/spec';
import type { ImagePlace } from '../prepare/letterbox';
import type { Postprocessing } from './postprocess';
import {
  createTimedPostprocessor,
  type PostprocessedBatch,
  type PostprocessReply,
  type PostprocessRequest,
  type PostprocessWork,
} from './postprocessThread';

/** Post-processes batches one after the other. */
export type Postprocessor = {
  /**
   * Hands a batch over; its outputs must not be used afterwards. Resolves in the order of the calls. Whoever calls keeps the
   * number of batches that wait small: each holds a whole batch of outputs.
   *
   * @param input size of the batch's input, where it is not that of all
   */
  submit(outputs: Tensors, places: ImagePlace[], input?: Size): Promise<PostprocessedBatch>;
  /** Ends the thread; batches still waiting are rejected. */
  close(): Promise<void>;
};

/** On the calling thread, done when `submit` returns: for measurements in which phases must not overlap. */
export function postprocessHere(work: Postprocessing): Postprocessor {
  const postprocess = createTimedPostprocessor(work);
  return {
    submit: async (outputs, places, input) => postprocess(outputs, places, input),
    close: async () => undefined,
  };
}

/** In a thread of its own, so that the next batch is inferred meanwhile. `program`: the bundle whose main knows the role. */
export function startPostprocessor(program: string, work: Postprocessing): Postprocessor {
  const workerData: PostprocessWork = { role: 'postprocess', work };
  const worker = new Worker(program, { workerData, argv: [], execArgv: [] });
  const waiting: { resolve: (batch: PostprocessedBatch) => void; reject: (error: Error) => void }[] = [];
  let ended: Error | null = null;
  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  worker.on('message', (reply: PostprocessReply) => {
    const next = waiting.shift();
    if ('error' in reply) next?.reject(new Error(`post-processing failed: ${reply.error}`));
    else next?.resolve(reply);
  });
  worker.on('error', (error) => end(new Error(`the post-processing thread failed: ${error.message}`)));
  worker.on('exit', (code) => end(new Error(`the post-processing thread ended with code ${code}`)));
  return {
    submit(outputs, places, input) {
      if (ended) return Promise.reject(ended);
      const answer = new Promise<PostprocessedBatch>((resolve, reject) => waiting.push({ resolve, reject }));
      const buffers = new Set(Object.values(outputs).map(({ data }) => data.buffer as ArrayBuffer));
      worker.postMessage({ outputs, places, input } satisfies PostprocessRequest, [...buffers]);
      return answer;
    },
    async close() {
      end(new Error('post-processing was closed'));
      await worker.terminate();
    },
  };
}
