import { resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

it('brings no schema into the page: zod makes code at run time, which the page’s policy forbids', async () => {
  const { metafile } = await build({
    absWorkingDir: resolve(import.meta.dirname, '../../..'),
    entryPoints: ['webview/main.ts'],
    ...{ bundle: true, metafile: true, write: false, outdir: 'unused', logLevel: 'silent', platform: 'browser' },
  });
  const inputs = Object.entries(metafile.inputs);
  expect(inputs.length).toBeGreaterThan(50);
  const schemas = inputs.filter(([, { imports }]) => imports.some(({ path }) => /node_modules\/zod\//.test(path)));
  expect(schemas.map(([file]) => file).filter((file) => !file.includes('node_modules'))).toEqual([]);
});
