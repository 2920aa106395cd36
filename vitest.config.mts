import { defineConfig } from 'vitest/config';

/**
 * Unit tests that take many seconds: whole networks run, real models and images, simulated sweeps, mutants, processes side by side.
 * `npm test` runs them, `npm run test:unit` does not.
 */
const slow = [
  'test/unit/**/*.{real,oracle,simulation,fuzz}.test.ts',
  'test/unit/models/{onnx/writeModel,cache/build.cache,yolo/modulesYolov5,onnx/onnxParts}.test.ts',
  'test/unit/models/checkpoint/*.test.ts',
  'test/unit/energy/powercap/powercap.rewritten.test.ts',
  'test/unit/energy/perf/{programReader,perfProgramCheck}.test.ts',
  'test/unit/engine/trial/{host,paced,together,wholeProcesses}.test.ts',
  'test/unit/solver/solver.test.ts',
];

/** Of test/cli those that measure nothing: other work beside them makes them slower and nothing else. */
const commands = [
  'test/cli/{detect,evaluate,format1,hostileFiles,pipeline,pipelineFiles,pipelineSimulate,plan}.test.ts',
];

// Projects: `unit` is pure and quick, `slow` the rest of test/unit; `commands` and `cli` run the built dist/cli.js; `webview` the built page in Chromium; `vscode` a real VS Code server;
// `e2e` its workbench in Chromium with the packaged extension; `system` needs labs (root, compilers, minutes).
// As many files as there are CPUs run beside each other, first; then, one after the other, those of projects without `fileParallelism`: they measure.
export default defineConfig({
  test: {
    env: { ORT_DISABLE_TELEMETRY: '1' },
    // Vitest alone would leave a CPU free: one of two.
    maxWorkers: '100%',
    // A test that checks nothing fails.
    expect: { requireAssertions: true },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], exclude: slow, testTimeout: 60_000 },
      },
      { extends: true, test: { name: 'slow', include: slow, testTimeout: 60_000 } },
      { extends: true, test: { name: 'commands', include: commands, testTimeout: 180_000 } },
      {
        extends: true,
        test: {
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          exclude: commands,
          testTimeout: 180_000,
          fileParallelism: false,
          // Of `describe.concurrent`: runs beside each other.
          maxConcurrency: 3,
        },
      },
      {
        extends: true,
        test: { name: 'webview', include: ['test/webview/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: { name: 'vscode', include: ['test/vscode/**/*.test.ts'], testTimeout: 60_000, fileParallelism: false },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          // A real window on a loaded machine: one more try tells a lost key press from a fault.
          retry: 1,
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/e2e/setup.ts',
          testTimeout: 240_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: { name: 'system', include: ['test/system/**/*.test.ts'], testTimeout: 900_000, fileParallelism: false },
      },
    ],
  },
});
