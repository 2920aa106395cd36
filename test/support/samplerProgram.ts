import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

/** A bundle whose thread runs the sampler, as dist/cli.js does; for tests that do not build the whole program. */
export async function buildSamplerProgram(): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'greenbatch-sampler-'));
  const outfile = path.join(folder, 'sampler.cjs');
  await build({
    stdin: {
      contents: "import { samplerMain } from './src/energy/sampler/samplerThread'; samplerMain();",
      resolveDir: path.join(import.meta.dirname, '../..'),
    },
    ...{ outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'error' },
  });
  return outfile;
}
