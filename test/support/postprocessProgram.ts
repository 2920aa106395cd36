import path from 'node:path';
import { buildSync } from 'esbuild';

const threads = `import { workerData } from 'node:worker_threads';
import { deadlineMain } from './src/models/onnx/deadline';
import { postprocessMain } from './src/workloads/detection/postprocess/postprocessThread';
if (workerData.role === 'deadline') deadlineMain();
else postprocessMain();`;

/** A bundle of the threads that detection starts, as dist/cli.js is; for tests that do not build the whole program. */
export function buildPostprocessProgram(folder: string, contents = threads): string {
  const outfile = path.join(folder, 'postprocess.cjs');
  buildSync({
    stdin: { contents, resolveDir: path.join(import.meta.dirname, '../..') },
    ...{ outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'error' },
    external: ['sharp'],
  });
  return outfile;
}
