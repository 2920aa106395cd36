/**
 * Which folder may import which (docs/architecture.md), and that neither files nor folders import each other in a circle.
 * `npm run check` holds it; types count as imports.
 */

/** Folders from the bottom up, and which of the others each may import. A folder stands for all below it unless they are named. */
const layers = {
  'src/core': [],
  'src/machine': ['src/core'],
  'src/runs': ['src/core', 'src/machine'],
  'src/energy': ['src/core', 'src/machine'],
  'src/models': ['src/core', 'src/machine'],
  'src/solver': ['src/core'],
  'src/workloads': ['src/core', 'src/machine', 'src/energy', 'src/models'],
  'src/engine': ['src/core', 'src/machine', 'src/runs', 'src/energy', 'src/models', 'src/workloads'],
  'src/cli': [
    'src/core',
    'src/machine',
    'src/runs',
    'src/energy',
    'src/models',
    'src/solver',
    'src/workloads',
    'src/engine',
  ],
  'src/extension': ['src/core', 'src/machine', 'src/runs'],
  webview: ['src/core'],
};

/** Each of these packages is imported in one place alone. */
const owners = {
  'onnxruntime-node': 'src/models/onnx/',
  highs: 'src/solver/',
  sharp: 'src/workloads/detection/decode/',
  vscode: 'src/extension/',
  'chart\\.js': 'webview/charts/',
  '@vscode/webview-ui-toolkit': 'webview/page/toolkit\\.ts$',
};

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circle-of-files', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-circle-of-folders', severity: 'error', scope: 'folder', from: {}, to: { circular: true } },
    {
      name: 'no-file-that-is-not-there',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
    ...Object.entries(layers).map(([folder, below]) => ({
      name: `${folder.replace('src/', '')}-imports-only-what-is-below-it`,
      comment: `${folder} imports only ${below.join(', ') || 'itself'} of ours`,
      severity: 'error',
      from: { path: `^${folder}/` },
      to: { path: '^(src|webview|test|scripts)/', pathNot: [folder, ...below].map((path) => `^${path}/`) },
    })),
    {
      name: 'core-is-pure',
      comment: 'core also runs in a browser: no Node.js',
      severity: 'error',
      from: { path: '^(src/core|webview)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'chart-plans-know-no-page',
      comment: 'a plan of a chart needs no DOM: of ours it imports core, strings, the look of a theme and other plans',
      severity: 'error',
      from: { path: '^webview/charts/plans/' },
      to: { path: '^webview/', pathNot: '^webview/(charts/plans|strings|look)/' },
    },
    {
      name: 'chart-plans-draw-nothing',
      comment: 'of chart.js a plan names types only',
      severity: 'error',
      from: { path: '^webview/charts/plans/' },
      to: { path: '^node_modules/chart\\.js', dependencyTypesNot: ['type-only'] },
    },
    ...Object.entries(owners).map(([name, place]) => ({
      name: `${name.replace('\\', '')}-in-one-place`,
      severity: 'error',
      from: { path: '^(src|webview)/', pathNot: `^${place}` },
      to: { path: `^(node_modules/${name}/|${name}$)` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.mts', '.mjs', '.js', '.cjs', '.d.ts', '.json'] },
  },
};
