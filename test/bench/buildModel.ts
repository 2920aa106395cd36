import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../src/core/statistics/random';
import { buildModel } from '../../src/models/cache/build';
import { openSession, type Session } from '../../src/models/onnx/session';

/**
 * `npx tsx test/bench/buildModel.ts`: prints JSON with the time and peak memory of building yolov7-e6e in a fresh
 * process, and the CPU time per image of yolov7-tiny fed with uint8 or float32, interleaved in one run.
 */
const side = 320;
const batchSize = 4;
const rounds = 40;

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** In the child: builds, and tells what the process has needed at most. */
async function buildLargest(folder: string): Promise<void> {
  const before = process.resourceUsage().maxRSS;
  const start = performance.now();
  const size = { height: 1280, width: 1280 };
  const model = await buildModel('yolov7-e6e', join(folder, 'e6e.onnx'), { size, input: 'uint8', seed: 1 });
  const seconds = (performance.now() - start) / 1000;
  const peakRssMegabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
  const { parameters, bytes } = model;
  console.log(
    JSON.stringify({ parameters, bytes, seconds, peakRssMegabytes, rssBeforeMegabytes: (before * 1024) / 1e6 }),
  );
}

async function compareInputs(folder: string) {
  const size = { height: side, width: side };
  const sessions: Record<'uint8' | 'float32', Session> = { uint8: await open('uint8'), float32: await open('float32') };
  async function open(input: 'uint8' | 'float32'): Promise<Session> {
    const { file } = await buildModel('yolov7-tiny', join(folder, `${input}.onnx`), { size, input, seed: 1 });
    return openSession(file, { threads: 2, spinning: false });
  }
  const dims = [batchSize, 3, side, side];
  const random = seededRandom(1);
  const pixels = Uint8Array.from({ length: batchSize * 3 * side * side }, () => random() * 256);
  const floats = new Float32Array(pixels.length);
  const convert = () => {
    for (let i = 0; i < pixels.length; i++) floats[i] = pixels[i]! / 255;
  };
  convert();
  const ways: Record<string, () => Promise<unknown>> = {
    uint8: () => sessions.uint8.run(pixels, dims),
    float32: () => sessions.float32.run(floats, dims),
    float32AndConversion: () => {
      convert();
      return sessions.float32.run(floats, dims);
    },
  };
  const empty = (): Record<string, number[]> => Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  const cpu = empty();
  const wall = empty();
  for (let round = -3; round < rounds; round++) {
    // Another first each time, so that none always runs behind the same one.
    const order = Object.keys(ways);
    for (let i = 0; i < order.length; i++) {
      const way = order[(i + round + 3) % order.length] as string;
      const before = process.cpuUsage();
      const start = performance.now();
      await ways[way]!();
      const wallMs = performance.now() - start;
      const { user, system } = process.cpuUsage(before);
      if (round < 0) continue;
      cpu[way]?.push((user + system) / 1000 / batchSize);
      wall[way]?.push(wallMs / batchSize);
    }
  }
  await sessions.uint8.release();
  await sessions.float32.release();
  const of = (values: Record<string, number[]>) =>
    Object.fromEntries(Object.entries(values).map(([way, list]) => [way, Number(median(list).toFixed(3))]));
  const ratio = median((cpu.uint8 ?? []).map((value, i) => value / (cpu.float32AndConversion?.[i] ?? 1)));
  return {
    side,
    batchSize,
    rounds,
    cpuMsPerImage: of(cpu),
    wallMsPerImage: of(wall),
    cpuUint8OverFloat32AndConversion: ratio,
  };
}

async function main(): Promise<void> {
  const [mode, given] = process.argv.slice(2);
  if (mode === 'build' && given) return buildLargest(given);
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-bench-'));
  try {
    const child = execFileSync(process.execPath, ['--import', 'tsx', __filename, 'build', folder], {
      encoding: 'utf8',
    });
    const inputs = await compareInputs(folder);
    console.log(JSON.stringify({ buildE6e: JSON.parse(child), inputs }, null, 2));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
