import { resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

it('brings neither schema nor solver into the page: the host and its resident solver have them', async () => {
  const { metafile } = await build({
    absWorkingDir: resolve(import.meta.dirname, '../../..'),
    entryPoints: ['webview/pipeline.ts'],
    ...{ bundle: true, metafile: true, write: false, outdir: 'unused', logLevel: 'silent', platform: 'browser' },
  });
  const parts = Object.keys(metafile.inputs);
  expect(parts).toContain('src/core/pipeline/answerWords.ts');
  expect(
    parts.filter((file) => /node_modules\/(zod|highs)\/|^src\/(solver|core\/pipeline\/solving)\//.test(file)),
  ).toEqual([]);
});
