import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { percentile, percentileInterval } from '../../src/core/statistics/statistics';
import { estimate } from '../../src/energy/estimate/estimate';
import { runTrialProcess } from '../../src/engine/trial/host';

/**
 * What the engine adds to inference: windows of a real trial, started as the engine starts it, beside ONNX Runtime called
 * from Python (engineOverhead_onnxruntime.py) with the same file, options and images, in turn: each waits, stopped or
 * asleep, while the other one works, and who begins changes every round. yolov7-tiny at 640². For each case a line of JSON:
 * images per second over the rival's (median of the rounds, 95 % interval by order), page faults an image, and the system's
 * share of CPU time.
 *
 * Set: CASES ("1 on,16 off": batch size and spinning), ROUNDS (20), WINDOW_SECONDS (2), THREADS (all), PYTHON (python3),
 * PROGRAM (dist/cli.js).
 */
const { env } = process;
const rounds = Number(env.ROUNDS ?? 20);
const seconds = Number(env.WINDOW_SECONDS ?? 2);
const threads = Number(env.THREADS ?? availableParallelism());
const cases = (env.CASES ?? '1 on,4 on,16 on,1 off,4 off,16 off').split(',').map((text) => text.trim().split(' '));
const program = { node: process.execPath, script: resolve(env.PROGRAM ?? 'dist/cli.js') };
const script = resolve(env.RIVAL ?? 'test/bench/engineOverhead_onnxruntime.py');
/** Both are started anew after so many rounds: where memory happens to lie is a part of what is measured. */
const roundsOfProcess = 5;
const side = 640;
const limits = { faultsPerImage: 10, systemPercent: 1, systemPointsAboveRival: 0.5, ratio: 0.97 };

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-bench-'));
/** Of the trial that runs: one that is stopped does not see that we are gone. */
let trialPid: number | null = null;
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true });
  if (trialPid !== null) process.kill(trialPid, 'SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
const modelFile = join(folder, 'model.onnx');
execFileSync(program.node, [program.script, 'build', 'yolov7-tiny', '-o', modelFile, '--image-size', String(side)]);
const imagesFile = join(folder, 'images');
const pixels = Buffer.alloc(16 * 3 * side * side).map((_, i) => Math.imul(i, 2654435761) >>> 24);
writeFileSync(imagesFile, pixels);
// A trial makes these of the pixels when it loads them.
writeFileSync(
  `${imagesFile}.float32`,
  Float32Array.from(pixels, (value) => value / 255),
);
const nodePackage = dirname(createRequire(program.script).resolve('onnxruntime-node/package.json'));
const library = join(nodePackage, `bin/napi-v6/linux/${process.arch}/libonnxruntime.so.1`);

type Window = { images: number; seconds: number; faults: number; userSeconds: number; systemSeconds: number };
/** One window after another, each when it is asked for. */
type Runner = { version: string; window(): Promise<Window>; end(): Promise<void> };

/** So far, of a process with all its threads: page faults without input or output, and ticks of 10 ms. */
function used(pid: number) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { faults: Number(fields[7]), userSeconds: Number(fields[11]) / 100, systemSeconds: Number(fields[12]) / 100 };
}

/** A trial that is stopped while it is not asked. What was stopped in the midst of a window is one that does not count. */
async function startTrial(batchSize: number, spinning: boolean): Promise<Runner> {
  const source = await estimate.describe({ measure: { domains: ['package'] }, env } as never);
  const ending = new AbortController();
  const told = { mode: 'inference', modelFile, batchSize, threads, height: side, width: side, spinning, imagesFile };
  let pid = 0;
  let before = { faults: 0, userSeconds: 0, systemSeconds: 0 };
  let isWarm = false;
  let tell: (window: Window | null) => void = () => undefined;
  const pause = (window: Window | null) => {
    process.kill(pid, 'SIGSTOP');
    tell(window);
  };
  const ended = runTrialProcess(
    program,
    folder,
    {
      ...{ kind: 'measure', workload: 'detection', instances: 1, told, source },
      ...{ warmupSeconds: seconds, windowSeconds: seconds, windows: 2 * roundsOfProcess + 1 },
    },
    {
      ...{ cpus: null, stop: ending.signal, timeoutSeconds: 600 },
      onStart: (id) => void (trialPid = pid = id),
      onMessage(message) {
        if (message.type === 'phase' && message.phase === 'window') {
          before = used(pid);
          if (!isWarm) pause(null);
          isWarm = true;
        } else if (message.type === 'window' && message.window % 2 === 1) {
          const now = used(pid);
          pause({
            ...{ images: message.work, seconds: (message.end.monotonicMs - message.start.monotonicMs) / 1000 },
            faults: now.faults - before.faults,
            userSeconds: now.userSeconds - before.userSeconds,
            systemSeconds: now.systemSeconds - before.systemSeconds,
          });
        }
      },
    },
  );
  const early = ended.then((end) => {
    throw new Error(`the trial ended: ${JSON.stringify(end)}`);
  });
  const paused = () => Promise.race([early, new Promise<Window | null>((done) => (tell = done))]);
  await paused();
  return {
    version: 'greenbatch trial',
    async window() {
      const window = paused();
      process.kill(pid, 'SIGCONT');
      return (await window)!;
    },
    async end() {
      early.catch(() => undefined);
      ending.abort();
      await ended;
      trialPid = null;
    },
  };
}

async function startRival(batchSize: number, spinning: boolean): Promise<Runner> {
  const settings = [batchSize, side, threads, spinning ? 1 : 0, seconds].map(String);
  const child: ChildProcess = spawn(
    env.PYTHON ?? 'python3',
    [script, library, modelFile, `${imagesFile}.float32`, ...settings],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the rival ended early');
    return JSON.parse(value as string);
  };
  const { version } = await next();
  return {
    version,
    window() {
      child.stdin!.write('\n');
      return next();
    },
    async end() {
      child.kill();
    },
  };
}

const sum = (windows: Window[], key: keyof Window) => windows.reduce((total, window) => total + window[key], 0);
const speed = ({ images, seconds }: Window) => images / seconds;
const round = (value: number, digits: number) => Number(value.toFixed(digits));
function figures(windows: Window[]) {
  const [images, user, system] = [sum(windows, 'images'), sum(windows, 'userSeconds'), sum(windows, 'systemSeconds')];
  return {
    imagesPerSecond: round(images / sum(windows, 'seconds'), 2),
    cpuSecondsPerImage: round((user + system) / images, 4),
    faultsPerImage: round(sum(windows, 'faults') / images, 2),
    systemPercent: round((100 * system) / (user + system), 2),
  };
}

for (const [batch, spin] of cases) {
  const spinning = spin === 'on';
  const ours: Window[] = [];
  const theirs: Window[] = [];
  let rival = '';
  while (ours.length < rounds) {
    const pair = [
      { runner: await startTrial(Number(batch), spinning), windows: ours },
      { runner: await startRival(Number(batch), spinning), windows: theirs },
    ];
    rival = pair[1]!.runner.version;
    for (let i = 0; i < roundsOfProcess && ours.length < rounds; i++) {
      const order = ours.length % 2 === 0 ? pair : pair.toReversed();
      for (const { runner, windows } of order) windows.push(await runner.window());
    }
    for (const { runner } of pair) await runner.end();
  }
  const ratios = ours.map((window, i) => speed(window) / speed(theirs[i]!)).sort((a, b) => a - b);
  const ratio = percentile(ratios, 50)!;
  const interval = percentileInterval(ratios, 50);
  const [trial, python] = [figures(ours), figures(theirs)] as const;
  const mostSystem = spinning ? limits.systemPercent : python.systemPercent + limits.systemPointsAboveRival;
  console.log(
    JSON.stringify({
      ...{ bench: 'a trial over ONNX Runtime from Python', batch: Number(batch), spinning, threads, rounds, seconds },
      ...{ ratio: round(ratio, 3), interval: interval && [round(interval.low, 3), round(interval.high, 3)] },
      ...{ trial, python, rival, limits },
      holds: {
        ratio: ratio >= limits.ratio,
        faults: trial.faultsPerImage <= limits.faultsPerImage,
        system: trial.systemPercent <= mostSystem,
      },
      machine: `${cpus().length} × ${cpus()[0]?.model}, ${process.platform}, Node.js ${process.version}`,
    }),
  );
}
