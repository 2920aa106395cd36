// Bundles src/cli into dist/cli.js: one file that is CLI, engine, sampler and trial, so that a run can stage a copy of it.
import { chmodSync } from 'node:fs';
import { build } from 'esbuild';

await build({
  entryPoints: { cli: 'src/cli/main.ts' },
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: 'linked',
  external: ['onnxruntime-node', 'sharp'],
  banner: { js: '#!/usr/bin/env node' },
  logLevel: 'warning',
});
chmodSync('dist/cli.js', 0o755);

// The extension: vscode comes from the editor; no native package is in it, the measuring is done by dist/cli.js.
await build({
  entryPoints: { extension: 'src/extension/extension.ts' },
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  sourcemap: 'linked',
  external: ['vscode'],
  logLevel: 'warning',
});

// The panel's page: dist/webview.js and dist/webview.css. 122 is the Chromium of the oldest VS Code that we support.
await build({
  entryPoints: { webview: 'webview/main.ts' },
  outdir: 'dist',
  bundle: true,
  platform: 'browser',
  target: 'chrome122',
  format: 'iife',
  minify: true,
  logLevel: 'warning',
});
