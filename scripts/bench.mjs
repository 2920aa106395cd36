// Makes the figures of docs/benchmarks.md, one bench after the other, on a machine that should do nothing else.
// Arguments choose: npm run bench -- letterbox sampler
import { loadavg } from 'node:os';
import { prepare, run } from './prepare.mjs';

const benches = {
  engine: 'test/bench/engineOverhead.mts',
  sampler: 'test/bench/sampler.ts',
  overhead: 'test/bench/overhead.mts',
  model: 'test/bench/buildModel.ts',
  memory: 'test/bench/memoryPrediction.mts',
  letterbox: 'test/bench/letterbox.ts',
  evaluation: 'test/bench/evaluation.ts',
  accuracy: 'test/bench/simulateAccuracy.ts',
  nms: 'test/bench/nms.ts',
  resizing: 'test/bench/resizing.ts',
  panel: 'test/bench/panel.mts',
  openPanel: 'test/bench/openPanel.mts',
  curve: 'test/bench/fitPowerCurve.ts',
  statistics: 'test/bench/simulateVerdict.ts',
  idle: 'test/bench/simulateIdle.ts',
  search: 'test/bench/simulateSearch.ts',
  correlation: 'test/bench/simulateCorrelation.ts',
  queue: 'test/bench/simulateQueue.ts',
  pipelineSimulation: 'test/bench/simulatePipeline.ts',
  splits: 'test/bench/splits.mts',
  pipeline: 'test/bench/pipeline.ts',
  lastResult: 'test/bench/lastResult.mts',
  activation: 'test/bench/activation.mts',
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in benches));
if (unknown.length) {
  console.error(`no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
prepare();
for (const [name, file] of Object.entries(benches)) {
  if (chosen.length && !chosen.includes(name)) continue;
  console.log(`\n${name} (load average ${loadavg()[0].toFixed(2)} before)`);
  run(process.execPath, ['node_modules/tsx/dist/cli.mjs', file]);
}
