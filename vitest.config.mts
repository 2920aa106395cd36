import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

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

/** Of test/cli those that judge no time, and joules only by the edges that are stated: other work beside them makes them slower and nothing else. */
const commands = [
  'test/cli/{detect,evaluate,format1,hostileFiles,pipeline,pipelineFiles,pipelineSimulate,plan}.test.ts',
  'test/cli/{addBlocks,lease,paper,perfProgram,rectangles}.test.ts',
];

/** The same of test/e2e and test/system. */
const views = ['test/e2e/{looks,package,pipeline}.test.ts'];
const labs = ['test/system/{checkpoints,fullDisk,kill,noHardLinks,nodeVersions,olderVscode,pidReuse}.test.ts'];

const endToEnd = {
  // A real window on a loaded machine: one more try tells a lost key press from a fault.
  retry: 1,
  globalSetup: 'test/e2e/setup.ts',
  testTimeout: 240_000,
  hookTimeout: 120_000,
};

/** Long files first, of which these do not look long, and unit tests last: else a CPU would have nothing left to do while another one is at a long one. */
const long = /(checkpoints|extension|looks|olderVscode|paper|\.simulation)\.test\.ts$/;
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project, moduleId }: TestSpecification) =>
      project.name === 'unit' ? 2 : long.test(moduleId) ? 0 : 1;
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

// Projects: `unit` is pure and quick, `slow` the rest of test/unit; `commands` and `cli` run the built dist/cli.js; `webview` the built page in Chromium; `vscode` a real VS Code server;
// `views` and `e2e` its workbench in Chromium with the packaged extension; `labs` and `system` need laboratories (root, compilers, minutes).
// As many files as there are CPUs run beside each other, first; then, one after the other, those of projects without `fileParallelism`: they measure.
export default defineConfig({
  test: {
    env: { ORT_DISABLE_TELEMETRY: '1' },
    // Vitest alone would leave a CPU free: one of two.
    maxWorkers: '100%',
    sequence: { sequencer: LongFirst },
    // A test that checks nothing fails.
    expect: { requireAssertions: true },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], exclude: slow, testTimeout: 60_000 },
      },
      { extends: true, test: { name: 'slow', include: slow, testTimeout: 60_000 } },
      {
        extends: true,
        test: {
          name: 'commands',
          include: commands,
          testTimeout: 180_000,
          // Of `describe.concurrent`: runs beside each other.
          maxConcurrency: 3,
        },
      },
      {
        extends: true,
        test: {
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          exclude: commands,
          testTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: { name: 'webview', include: ['test/webview/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: { name: 'vscode', include: ['test/vscode/**/*.test.ts'], testTimeout: 60_000 },
      },
      { extends: true, test: { ...endToEnd, name: 'views', include: views } },
      {
        extends: true,
        test: { ...endToEnd, name: 'e2e', include: ['test/e2e/**/*.test.ts'], exclude: views, fileParallelism: false },
      },
      {
        extends: true,
        test: { name: 'labs', include: labs, testTimeout: 900_000, maxConcurrency: 3 },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          exclude: labs,
          testTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
