import { resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const bundled = async (entry: string) =>
  build({
    absWorkingDir: resolve(import.meta.dirname, '../../..'),
    entryPoints: [entry],
    ...{ bundle: true, metafile: true, write: false, outdir: 'unused', logLevel: 'silent', platform: 'browser' },
  });

it('simulates no requests in the page of the editor: the extension judges for it', async () => {
  const partsOf = async (entry: string) => Object.keys((await bundled(entry)).metafile.inputs);
  const parts = await partsOf('webview/main.ts');
  expect(parts.length).toBeGreaterThan(50);
  expect(
    parts.filter((file) => /core\/latency\/(simulation|queue|requestLatency)\.|verdict\/judge/.test(file)),
  ).toEqual([]);
  // The test would see it: a saved page judges where there are no requests.
  expect(await partsOf('webview/report.ts')).toContain('src/core/analysis/verdict/judge.ts');
});

it('brings no schema into the page: zod makes code at run time, which the page’s policy forbids', async () => {
  const { metafile } = await bundled('webview/report.ts');
  const inputs = Object.entries(metafile.inputs);
  expect(inputs.length).toBeGreaterThan(50);
  const schemas = inputs.filter(([, { imports }]) => imports.some(({ path }) => /node_modules\/zod\//.test(path)));
  expect(schemas.map(([file]) => file).filter((file) => !file.includes('node_modules'))).toEqual([]);
});
