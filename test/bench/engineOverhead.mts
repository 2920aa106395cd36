import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { estimate } from '../../src/energy/estimate/estimate';
import { resolveModel } from '../../src/models/cache/build';
import { prepareImages } from '../../src/workloads/detection/prepare/tensorCache';

/**
 * Images per second inside a trial's window (counters read at its edges, images in rotation, watchdog and heartbeat
 * running) over those of a bare onnxruntime loop with the same session options. Both run at the same time, one thread on
 * a core each, and change cores every round: what slows the machine slows both. Limit: ≥ 0.98. Prints JSON.
 */
const rounds = Number(process.env.ROUNDS ?? 20);
const [batch, side, threads, warmupSeconds, seconds] = [4, 320, 1, 2, 6];
const cache = mkdtempSync(join(tmpdir(), 'greenbatch-bench-'));
const size = { height: side, width: side };

const model = await resolveModel('yolov7-tiny', { size, input: 'uint8', seed: 1, cacheDirectory: cache });
const images = await prepareImages(
  { generated: { count: 64, seed: 1 } },
  { baseDirectory: '.', size, cacheDirectory: cache, maxBytes: 256e6, minImages: 1 },
);
const job = {
  kind: 'measure',
  modelFile: model.file,
  batchSize: batch,
  threads,
  spinning: false,
  ...size,
  imagesFile: images.file,
  source: await estimate.describe({ measure: { domains: ['package'] }, env: {} }),
  warmupSeconds,
  windowSeconds: seconds,
  windows: 1,
};

async function output(core: number, ...args: string[]): Promise<string> {
  // Standard input stays open: its end would tell the trial that its engine has died.
  const child = spawn('taskset', ['-c', String(core), process.execPath, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const data of child.stdout.setEncoding('utf8')) text += data;
  return text;
}
async function trial(core: number): Promise<number> {
  const lines = (await output(core, resolve('dist/cli.js'), 'trial', JSON.stringify(job))).trim().split('\n');
  const window = lines.map((line) => JSON.parse(line)).find((line) => line.type === 'window');
  return (1000 * window.images) / (window.end.monotonicMs - window.start.monotonicMs);
}
async function bare(core: number): Promise<number> {
  const settings = [batch, side, threads, warmupSeconds, seconds].map(String);
  return JSON.parse(await output(core, 'test/bench/bareLoop.cjs', model.file, images.file, ...settings)).unitsPerSecond;
}

const ratios: number[] = [];
for (let round = 0; round < rounds; round++) {
  const [ours, theirs] = await Promise.all([trial(round % 2), bare(1 - (round % 2))]);
  ratios.push(ours / theirs);
}
// A core may be the faster one: the geometric mean of a pair of rounds takes that out.
const pairs = ratios.flatMap((r, i) => (i % 2 === 1 ? [Math.sqrt(r * ratios[i - 1]!)] : [])).sort((a, b) => a - b);
const ratio = pairs[pairs.length >> 1];
console.log(
  JSON.stringify({
    bench: 'engine over bare onnxruntime loop',
    ratio,
    lowest: pairs[0],
    highest: pairs.at(-1),
    rounds,
    limit: 0.98,
  }),
);
