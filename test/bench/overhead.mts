import { type ChildProcess, execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Part } from '../../src/core/energy/source';
import { seededRandom } from '../../src/core/statistics/random';
import { mean, meanInterval, percentile } from '../../src/core/statistics/statistics';
import { defaultPowercapRoot, discoverPowercap, partsOf } from '../../src/energy/powercap/powercap';
import { startSampler } from '../../src/energy/sampler/sampler';
import { startWatchdog } from '../../src/engine/trial/watchdog';
import { monotonicMs } from '../../src/machine/clock';
import { openUnreadSession } from '../../src/models/onnx/session';
import { makePowercapTree } from '../support/powercapTree';

/**
 * What measuring at 10 Hz takes from the work that is measured. A process that knows nothing of it (`work`: inference of
 * yolov7-tiny at 320² on all cores) does the same number of batches again and again and times them by its own clock, each time in
 * a pair with another one. In one window of a pair, chosen at random, a second process (`measure`) does what goes on in a run
 * meanwhile: the sampler's thread of the built program, the receiver of its samples, and a trial's watchdog thread. In the other one that
 * process is stopped (SIGSTOP). Its CPU time is the kernel's count of its threads; that its samples were taken in the one kind of
 * window and in no other is read from the series that it wrote.
 *
 * Counters are the machine's own where they can be read, else files made up outside /sys, which are opened anew for each reading.
 *
 * It bundles itself to test/artefacts/overhead.cjs, which runs on another machine beside dist/cli.js and node_modules/onnxruntime-{node,common}
 * by `node test/artefacts/overhead.cjs`; BUILD=only does no more.
 *
 * Set: PAIRS (240), WINDOW_SECONDS (1), BLOCK (10: pairs of a block), THREADS (all), BATCH (1), SPINNING (on), PERIOD_MS (100; fewer: the bench
 * must find what that costs), SEED, PROGRAM (dist/cli.js).
 */
const { env } = process;
const pairs = Number(env.PAIRS ?? 240);
const seconds = Number(env.WINDOW_SECONDS ?? 1);
const pairsOfBlock = Number(env.BLOCK ?? 10);
const threads = Number(env.THREADS ?? availableParallelism());
const batch = Number(env.BATCH ?? 1);
const spinning = (env.SPINNING ?? 'on') === 'on';
const periodMs = Number(env.PERIOD_MS ?? 100);
const program = resolve(env.PROGRAM ?? 'dist/cli.js');
const bundle = resolve('test/artefacts/overhead.cjs');
const side = 320;
const limits = { timePercent: 0.25, energyPercent: 0.5 };
/** After the measuring process was told to go on or to stop, and before the clock starts: the batches that are not timed. */
const settleMs = 50;

const [role, ...told] = process.argv.slice(2);
if (process.argv[1]!.endsWith('.mts')) void runBundled();
else if (role === 'work') void work(told[0]!);
else if (role === 'measure') void measure(told[0]!, JSON.parse(told[1]!) as Part[]);
else void bench();

/** The work runs in a plain Node.js, as a trial does; a loader in it would be work of ours. */
async function runBundled(): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    ...{
      entryPoints: [process.argv[1]!],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
    },
    external: ['onnxruntime-node', 'esbuild'],
  });
  if (env.BUILD === 'only') return;
  process.exit(spawnSync(process.execPath, [bundle], { stdio: 'inherit' }).status ?? 1);
}

/** Does so many batches each time it is asked, and says how long they took. */
async function work(modelFile: string): Promise<void> {
  const session = await openUnreadSession(modelFile, { threads, spinning });
  const images = Uint8Array.from({ length: batch * 3 * side * side }, (_, i) => Math.imul(i, 2654435761) >>> 24);
  const pixels = session.inputType === 'uint8' ? images : Float32Array.from(images, (value) => value / 255);
  const step = () => session.runUnread(pixels, [batch, 3, side, side]);
  process.on('message', async (steps: number) => {
    // What follows a pause is slow at first, and the same in either kind of window.
    for (const until = monotonicMs() + settleMs; monotonicMs() < until;) await step();
    const before = process.cpuUsage();
    const fromMs = monotonicMs();
    for (let i = 0; i < steps; i++) await step();
    const toMs = monotonicMs();
    const { user, system } = process.cpuUsage(before);
    process.send!({ fromMs, toMs, cpuSeconds: (user + system) / 1e6 } satisfies Worked);
  });
  process.send!('ready');
}
type Worked = { fromMs: number; toMs: number; cpuSeconds: number };

type Threads = { watching: string[]; sampling: string[] };

/** What of an engine and a trial is at work while a window lasts. */
async function measure(file: string, parts: Part[]): Promise<void> {
  const threads = (): string[] => readdirSync('/proc/self/task');
  const begun = threads();
  startWatchdog(program);
  // Which of its threads is the one that was started last cannot be told before all of them are there.
  await sleep(500);
  const watching = threads().filter((id) => !begun.includes(id));
  const header = { version: 2 as const, session: 1, wallOffsetMs: 0, domains: parts.map(({ id }) => id) };
  await startSampler({ programPath: program, files: [{ file, header }], source: { parts, reason: null }, periodMs });
  const sampling = threads().filter((id) => !begun.includes(id) && !watching.includes(id));
  process.send!({ watching, sampling } satisfies Threads);
  process.on('disconnect', () => process.exit());
}

type Own = { watchdog: number; sampler: number; rest: number };
const ownKinds = ['watchdog', 'sampler', 'rest'] as const;

/** CPU seconds of its threads, by the kernel's scheduler. */
function cpuSecondsOf(pid: number, { watching, sampling }: Threads): Own {
  const own: Own = { watchdog: 0, sampler: 0, rest: 0 };
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    const kind = watching.includes(id) ? 'watchdog' : sampling.includes(id) ? 'sampler' : 'rest';
    own[kind] += Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
  }
  return own;
}

async function start<T>(children: ChildProcess[], args: string[]): Promise<{ child: ChildProcess; said: T }> {
  const child = fork(process.argv[1]!, args, { stdio: ['pipe', 'inherit', 'inherit', 'ipc'] });
  children.push(child);
  const early = once(child, 'exit').then(() => Promise.reject(new Error(`${args[0]} ended early`)));
  early.catch(() => undefined);
  const [said] = (await Promise.race([once(child, 'message'), early])) as [T];
  return { child, said };
}

type Window = Worked & { seconds: number; own: Own };

async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-bench-'));
  const children: ChildProcess[] = [];
  const ownParts = partsOf(discoverPowercap(defaultPowercapRoot).zones, ['package', 'dram']);
  const tree = ownParts.length > 0 ? null : makePowercapTree();
  process.on('exit', () => {
    for (const child of children) child.kill('SIGKILL');
    tree?.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
  const modelFile = join(folder, 'model.onnx');
  execFileSync(process.execPath, [...[program, 'build', 'yolov7-tiny', '-o', modelFile, '--image-size', String(side)]]);
  const parts = tree ? partsOf(discoverPowercap(tree.root).zones, ['package', 'dram']) : ownParts;
  const series = join(folder, 'power.jsonl');
  const { child: worker } = await start<'ready'>(children, ['work', modelFile]);
  const args = ['measure', series, JSON.stringify(parts)];
  const { child: measurer, said: measurerThreads } = await start<Threads>(children, args);
  // Its two thousand readings to warm up are over.
  await sleep(2000);

  const window = async (steps: number, isMeasured: boolean): Promise<Window> => {
    measurer.kill(isMeasured ? 'SIGCONT' : 'SIGSTOP');
    const before = cpuSecondsOf(measurer.pid!, measurerThreads);
    const begunMs = monotonicMs();
    worker.send(steps);
    const [worked] = (await once(worker, 'message')) as [Worked];
    const tookMs = monotonicMs() - begunMs;
    const timed = worked.toMs - worked.fromMs;
    const own = cpuSecondsOf(measurer.pid!, measurerThreads);
    // The batches that are not timed are measured as well.
    for (const kind of ownKinds) own[kind] = ((own[kind] - before[kind]) * timed) / tookMs;
    return { ...worked, seconds: timed / 1000, own };
  };
  await window(5, false);
  const tried = [];
  for (let i = 0; i < 5; i++) tried.push((await window(10, false)).seconds);
  const steps = Math.max(
    1,
    Math.round(
      (10 * seconds) /
        percentile(
          tried.sort((a, b) => a - b),
          50,
        )!,
    ),
  );

  const random = seededRandom(Number(env.SEED ?? 1));
  const done: { measured: Window; alone: Window }[] = [];
  while (done.length < pairs) {
    const isFirst = random() < 0.5;
    const [first, second] = [await window(steps, isFirst), await window(steps, !isFirst)];
    done.push(isFirst ? { measured: first, alone: second } : { measured: second, alone: first });
  }

  const samples = readFileSync(series, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('['))
    .map((line) => Number(line.slice(1, line.indexOf(','))));
  const sampled = (windows: Window[]) => {
    const within = windows.map(({ fromMs, toMs }) => samples.filter((ms) => ms >= fromMs && ms <= toMs).length);
    return mean(within) / mean(windows.map((w) => w.seconds));
  };
  const [measured, alone] = [done.map((pair) => pair.measured), done.map((pair) => pair.alone)];
  const perSecond = sampled(measured);
  if (sampled(alone) > 0 || (perSecond * periodMs) / 1000 < 0.5)
    throw new Error(
      `${perSecond} samples a second were taken beside the work, and ${sampled(alone)} of a stopped process`,
    );

  /** Neighbours share what the machine did meanwhile: blocks of pairs count, not pairs. */
  const byBlocks = (values: number[]) => {
    const blocks = Array.from({ length: Math.floor(values.length / pairsOfBlock) }, (_, i) =>
      mean(values.slice(i * pairsOfBlock, (i + 1) * pairsOfBlock)),
    );
    const { mean: middle, low, high } = meanInterval(blocks);
    return { mean: middle, low: low!, high: high! };
  };
  const slower = done.map((pair) => 100 * Math.log(pair.measured.seconds / pair.alone.seconds));
  const ownSeconds = ({ own }: Window) => own.watchdog + own.sampler + own.rest;
  const energy = measured.map((w) => (100 * ownSeconds(w)) / w.cpuSeconds);
  const ofOneCore = (kind: keyof Own) => 100 * mean(measured.map(({ own, seconds }) => own[kind] / seconds));
  const [timePercent, energyPercent] = [byBlocks(slower), byBlocks(energy)];
  const said = ({ low, high }: { low: number; high: number }, limit: number) =>
    high <= limit ? 'holds' : low > limit ? 'does not hold' : 'not shown';
  const rounded = (of: { mean: number; low: number; high: number }) =>
    Object.fromEntries(Object.entries(of).map(([key, value]) => [key, Number(value.toFixed(3))]));
  console.log(
    JSON.stringify({
      ...{
        bench: 'measuring at 10 Hz over none',
        pairs: done.length,
        pairsOfBlock,
        batches: steps,
        batch,
        threads,
        spinning,
      },
      secondsOfWindow: Number(mean(alone.map((w) => w.seconds)).toFixed(3)),
      ...{
        periodMs,
        samplesPerSecond: Number(perSecond.toFixed(2)),
        counters: tree ? 'made up' : ownParts.map(({ id }) => id),
      },
      timePercent: {
        ...rounded(timePercent),
        median: Number(
          percentile(
            [...slower].sort((a, b) => a - b),
            50,
          )!.toFixed(3),
        ),
      },
      /** Own CPU time over the work's: as if a machine at rest used nothing, so an upper bound of own CPU × dynamic watts over all. */
      energyPercent: rounded(energyPercent),
      percentOfOneCore: Object.fromEntries(ownKinds.map((kind) => [kind, Number(ofOneCore(kind).toFixed(3))])),
      limits,
      verdict: { time: said(timePercent, limits.timePercent), energy: said(energyPercent, limits.energyPercent) },
      loadAverage: loadavg()[0]!.toFixed(2),
      machine: `${cpus().length} × ${cpus()[0]?.model}, ${process.platform}, Node.js ${process.version}`,
    }),
  );
  process.exit();
}
