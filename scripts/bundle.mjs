// Bundles src/cli, src/extension and webview/ into dist/. With --watch it goes on, bundles what a change concerns, and says
// when it begins and has done: .vscode/tasks.json reads these two lines.
import { chmodSync, writeFileSync } from 'node:fs';
import { build, context } from 'esbuild';
import { packagesOf } from './notices.mjs';

const isWatching = process.argv.includes('--watch');
const node = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', sourcemap: 'linked' };

const bundles = [
  // One file that is CLI, engine, sampler and trial, so that a run can stage a copy of it.
  {
    ...node,
    entryPoints: { cli: 'src/cli/main.ts' },
    external: ['highs', 'koffi', 'onnxruntime-node', 'sharp'],
    banner: { js: '#!/usr/bin/env node' },
  },
  // The extension: vscode comes from the editor; no native package is in it, the measuring is done by dist/cli.js.
  { ...node, entryPoints: { extension: 'src/extension/extension.ts' }, minify: !isWatching, external: ['vscode'] },
  // A thread of the extension, loaded when a panel asks how its run is to be judged.
  {
    ...node,
    entryPoints: { judgeThread: 'src/extension/panel/judging/judgeThread.ts' },
    minify: !isWatching,
  },
  // The page's charts drawn without a browser, for `greenbatch export --format figures`: loaded by the program when it is asked for them.
  { ...node, entryPoints: { pictures: 'webview/pictures.ts' }, minify: !isWatching },
  // The panel's page: dist/webview.js and dist/webview.css; saved as a file, where no host judges for it: report.js and report.css. The page of the pipeline view: pipeline.js and pipeline.css. 122 is the Chromium of the oldest VS Code that we support.
  {
    entryPoints: { webview: 'webview/main.ts', report: 'webview/report.ts', pipeline: 'webview/pipeline.ts' },
    bundle: true,
    platform: 'browser',
    target: 'chrome122',
    format: 'iife',
    minify: !isWatching,
  },
];

/** Of all bundles together: "started" with the first of a round, "finished" once none is under way and each was made. */
let underWay = 0;
let notYetMade = bundles.length;
const announce = {
  name: 'announce',
  setup({ onStart, onEnd }) {
    let isMade = false;
    onStart(() => {
      if (underWay++ === 0 && (notYetMade === 0 || notYetMade === bundles.length)) console.log('[watch] build started');
    });
    onEnd(() => {
      if (!isMade) notYetMade--;
      isMade = true;
      if (--underWay === 0 && notYetMade === 0) console.log('[watch] build finished');
    });
  },
};

const bundled = new Set();
for (const bundle of bundles) {
  const options = { ...bundle, outdir: 'dist', logLevel: 'warning' };
  if (isWatching) await (await context({ ...options, plugins: [announce] })).watch();
  else for (const folder of packagesOf((await build({ ...options, metafile: true })).metafile)) bundled.add(folder);
}
if (!isWatching) {
  chmodSync('dist/cli.js', 0o755);
  // Whose licences go into the package, besides those of the packages that are shipped as they are.
  writeFileSync('dist/bundled.json', JSON.stringify([...bundled].sort(), null, 2));
}
