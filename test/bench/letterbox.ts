import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { prepareImage } from '../../src/workloads/detection/prepare/image';
import { mapInOrder } from '../../src/workloads/detection/data/inOrder';

/**
 * Letterboxed images per second, ours over OpenCV's: file → decoded → resized → padded → planar RGB. Both pinned to
 * the same single core, in turns within one run; medians of the rounds. Prints one JSON object.
 * Usage: tsx test/bench/letterbox.ts [rounds]
 */

type Request = { files: string[]; size: number; inFlight: number; output: string | null };

const sizes = [640, 320];
const python = '/usr/bin/python3';
const fixtures = process.env.GREENBATCH_FIXTURES ?? resolve(__dirname, '../../../shared/data');
const folder = join(fixtures, 'coco-val2017-dev/images');
const folderHere = existsSync(folder);

async function prepareAll({ files, size, inFlight, output }: Request): Promise<void> {
  const target = { height: size, width: size };
  const out = output === null ? null : openSync(output, 'w');
  const results = mapInOrder(files, inFlight, (file) => prepareImage(readFileSync(file), target));
  for await (const { pixels } of results) if (out !== null) writeSync(out, pixels);
  if (out !== null) closeSync(out);
}

/** Child process: answers the same requests as letterbox_opencv.py. */
async function serve(): Promise<void> {
  console.log(JSON.stringify({ version: process.version }));
  for await (const line of createInterface({ input: process.stdin })) {
    const start = performance.now();
    await prepareAll(JSON.parse(line) as Request);
    console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000 }));
  }
}

type Server = { ask: (request: Request) => Promise<number>; version: string; stop: () => void };

async function start(core: string, command: string[]): Promise<Server> {
  const env = { ...process.env, UV_THREADPOOL_SIZE: '2', VIPS_CONCURRENCY: '1', OMP_NUM_THREADS: '1' };
  const child: ChildProcess = spawn('taskset', ['-c', core, ...command], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command.join(' ')} ended early`);
    return JSON.parse(value as string) as { seconds: number; version: string };
  };
  const { version } = await next();
  const ask = async (request: Request) => {
    child.stdin!.write(`${JSON.stringify(request)}\n`);
    return (await next()).seconds;
  };
  return { ask, version, stop: () => child.kill() };
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const rounded = (value: number) => Math.round(value * 1000) / 1000;

function difference(a: string, b: string): { meanAbsolute: number; max: number } {
  const [x, y] = [readFileSync(a), readFileSync(b)];
  if (x.length !== y.length) throw new Error('the two pipelines made different amounts of pixels');
  let sum = 0;
  let max = 0;
  for (let i = 0; i < x.length; i++) {
    const d = Math.abs(x[i]! - y[i]!);
    sum += d;
    if (d > max) max = d;
  }
  return { meanAbsolute: rounded(sum / x.length), max };
}

async function compare(rounds: number): Promise<void> {
  const loadBefore = rounded(loadavg()[0]!);
  if (!folderHere) throw new Error(`${folder} is absent: set GREENBATCH_FIXTURES to the folder with coco-val2017-dev`);
  if (spawnSync(python, ['-c', 'import cv2']).status !== 0)
    throw new Error(`${python} has no cv2: install the Debian package python3-opencv`);
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.jpg'))
    .sort()
    .map((name) => join(folder, name));
  const ourCommand = [process.execPath, ...process.execArgv, __filename, '--serve'];
  const core = String(availableParallelism() - 1);
  const opencv = await start(core, [python, join(__dirname, 'letterbox_opencv.py')]);
  const ours = await start(core, ourCommand);
  const scratch = mkdtempSync(join(tmpdir(), 'letterbox-'));
  try {
    const results: Record<string, unknown> = {};
    for (const size of sizes) {
      const request = { files, size, inFlight: 2, output: null };
      const [a, b] = [join(scratch, 'ours'), join(scratch, 'opencv')];
      await ours.ask({ ...request, output: a });
      await opencv.ask({ ...request, output: b });
      const seconds: Record<'ours' | 'oneInFlight' | 'opencv', number[]> = { ours: [], oneInFlight: [], opencv: [] };
      for (let round = -1; round < rounds; round++) {
        const measured = {
          opencv: await opencv.ask(request),
          ours: await ours.ask(request),
          oneInFlight: await ours.ask({ ...request, inFlight: 1 }),
        };
        if (round < 0) continue; // warm-up
        for (const key of ['ours', 'oneInFlight', 'opencv'] as const) seconds[key].push(measured[key]);
      }
      results[size] = {
        ratio: rounded(median(seconds.opencv.map((s, i) => s / seconds.ours[i]!))),
        unitsPerSecond: rounded(files.length / median(seconds.ours)),
        opencvImagesPerSecond: rounded(files.length / median(seconds.opencv)),
        oneInFlightImagesPerSecond: rounded(files.length / median(seconds.oneInFlight)),
        pixelDifference: difference(a, b),
      };
    }
    const parallel = await start(`0-${availableParallelism() - 1}`, ourCommand);
    const all: number[] = [];
    const single: number[] = [];
    for (let round = 0; round < rounds; round++) {
      single.push(await parallel.ask({ files, size: 640, inFlight: 1, output: null }));
      all.push(await parallel.ask({ files, size: 640, inFlight: 4, output: null }));
    }
    parallel.stop();
    console.log(
      JSON.stringify(
        {
          images: files.length,
          rounds,
          loadAverage: { before: loadBefore, after: rounded(loadavg()[0]!) },
          opencvVersion: opencv.version,
          nodeVersion: ours.version,
          sizes: results,
          inParallel: {
            cores: availableParallelism(),
            unitsPerSecond: rounded(files.length / median(all)),
            oneInFlightImagesPerSecond: rounded(files.length / median(single)),
          },
        },
        null,
        2,
      ),
    );
  } finally {
    opencv.stop();
    ours.stop();
    rmSync(scratch, { recursive: true });
  }
}

const job = process.argv[2] === '--serve' ? serve() : compare(Number(process.argv[2] ?? 15));
job.catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
