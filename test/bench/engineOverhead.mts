import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { estimateSource } from '../../src/energy/estimate';
import { resolveModel } from '../../src/model/build';
import { prepareImages } from '../../src/vision/tensorCache';

/**
 * Images per second inside a trial's window (counters read at its edges, images in rotation, watchdog and heartbeat
 * running) over those of a bare onnxruntime loop with the same session options, processes taking turns in one run.
 * Limit: ≥ 0.98. Prints JSON.
 */
const rounds = Number(process.env.ROUNDS ?? 7);
const [batch, side, threads, warmupSeconds, seconds] = [4, 320, 2, 2, 4];
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
  source: estimateSource({}, null),
  warmupSeconds,
  windowSeconds: seconds,
  windows: 1,
};

async function output(...args: string[]): Promise<string> {
  // Standard input stays open: its end would tell the trial that its engine has died.
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  for await (const data of child.stdout.setEncoding('utf8')) text += data;
  return text;
}
async function trial(): Promise<number> {
  const lines = (await output(resolve('dist/cli.js'), 'trial', JSON.stringify(job))).trim().split('\n');
  const window = lines.map((line) => JSON.parse(line)).find((line) => line.type === 'window');
  return (1000 * window.images) / (window.end.monotonicMs - window.start.monotonicMs);
}
async function bare(): Promise<number> {
  const settings = [batch, side, threads, warmupSeconds, seconds].map(String);
  return JSON.parse(await output('test/bench/bareLoop.cjs', model.file, ...settings)).imagesPerSecond;
}

const ratios: number[] = [];
for (let round = 0; round < rounds; round++) {
  // Who goes first changes, so that drift favours neither.
  const [a, b] = round % 2 === 0 ? [await trial(), await bare()] : [await bare(), await trial()];
  ratios.push(round % 2 === 0 ? a / b : b / a);
}
ratios.sort((a, b) => a - b);
const ratio = ratios[ratios.length >> 1];
console.log(
  JSON.stringify({
    bench: 'engine over bare onnxruntime loop',
    ratio,
    lowest: ratios[0],
    highest: ratios.at(-1),
    rounds,
    limit: 0.98,
  }),
);
