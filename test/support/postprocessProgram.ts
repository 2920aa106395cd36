import path from 'node:path';
import { buildSync } from 'esbuild';

/** A bundle whose thread post-processes, as dist/cli.js does; for tests that do not build the whole program. */
export function buildPostprocessProgram(
  folder: string,
  contents = "import { postprocessMain } from './src/engine/postprocessThread'; postprocessMain();",
): string {
  const outfile = path.join(folder, 'postprocess.cjs');
  buildSync({
    stdin: { contents, resolveDir: path.join(import.meta.dirname, '../..') },
    ...{ outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'error' },
    external: ['sharp'],
  });
  return outfile;
}
