import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { MeasureJob, TrialMessage } from '../../../../src/engine/trial/protocol';
import { runTogether, together } from '../../../../src/engine/trial/together';
import { monotonicMs } from '../../../../src/machine/clock';
import { allowedCpus, parseCpuList } from '../../../../src/machine/topology';
import { evaluated, finished } from '../../../support/fakeSession';
import { machineState, source } from '../../../support/runEvents';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-together-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A member that answers each word at once; `misbehave` is what else one of them does. */
const script = (misbehave = '') => `
const say = (message) => console.log(JSON.stringify(message));
say({ type: 'loaded' });
process.on('message', (word) => {
  ${misbehave}
  if (word.type === 'warm-up') say({ type: 'warm' });
  if (word.type === 'window') say({ type: 'whole' });
  if (word.type === 'count') say({ type: 'share', work: 10, cpuSeconds: 0.5, batches: 2, stride: 1, batchMs: [7, 9], stoodStillMs: 0 });
  if (word.type === 'finish') { say(${JSON.stringify({ ...finished, peakRssBytes: 1e8 })}); process.exit(); }
});
`;

let scripts = 0;
type Options = {
  stop?: AbortSignal;
  instances?: number;
  timeoutSeconds?: number;
  node?: string;
  cpus?: number[][];
  onStart?: (pids: number[]) => void;
  onMessage?: (message: TrialMessage) => void;
  /** Besides what all have. */
  job?: Partial<MeasureJob>;
};
async function run(text: string, options: Options = {}) {
  const { stop = new AbortController().signal, instances = 3, timeoutSeconds = 30, node = process.execPath } = options;
  const file = join(folder, `${++scripts}.cjs`);
  writeFileSync(file, text);
  const messages: TrialMessage[] = [];
  const pids: number[] = [];
  let readings = 0;
  /** What was read, in order. */
  const read: string[] = [];
  const reader = {
    read() {
      read.push('counters');
      return { monotonicMs: monotonicMs(), counters: [1e6 * readings++], busySeconds: 0, totalSeconds: 0 };
    },
  };
  const machine = {
    read() {
      read.push('state');
      return machineState({ runnable: read.length });
    },
  };
  const job: MeasureJob = {
    ...{
      kind: 'measure',
      workload: 'detection',
      told: {},
      warmupSeconds: 0,
      windowSeconds: 0.05,
      windows: 2,
      instances,
    },
    source: { parts: [], reason: null },
    ...options.job,
  };
  const end = await runTogether({ program: { node, script: file }, runFolder: folder, reader, machine }, job, {
    ...{ stop, timeoutSeconds, cpus: options.cpus ?? null },
    onStart(started) {
      pids.push(...started);
      options.onStart?.(started);
    },
    onMessage(message) {
      messages.push(message);
      options.onMessage?.(message);
    },
  });
  return { end, messages, pids, read };
}
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('processes that work together', () => {
  it('work on until the power limits are held, as long as asked for at most', async () => {
    const sustained = { watts: { 'package-0': 1e-9 }, mostSeconds: 1.2 };
    const { messages } = await run(script(), { job: { source, sustained } });
    expect(messages.find((m) => m.type === 'finished')!.warmupMs).toBeGreaterThan(1000);
    const held = await run(script(), { job: { source, sustained: { watts: { 'package-0': 1e9 }, mostSeconds: 60 } } });
    expect(held.end).toEqual({ kind: 'done' });
  });

  it('say what one process says: phases, windows of all together, an end', async () => {
    const { end, messages, pids, read } = await run(script());
    expect(end).toEqual({ kind: 'done' });
    expect(new Set(pids).size).toBe(3);
    expect(messages.map((m) => (m.type === 'phase' ? m.phase : m.type))).toEqual([
      'load',
      'warmup',
      'window',
      'window',
      'window',
      'window',
      'finished',
    ]);
    const windows = messages.filter((m) => m.type === 'window');
    const one = { work: 10, cpuSeconds: 0.5, batches: 2, kept: 2 };
    for (const [i, window] of windows.entries()) {
      expect(window).toMatchObject({ window: i, work: 30, cpuSeconds: 1.5, batchMs: [7, 9, 7, 9, 7, 9] });
      expect(window.instances).toEqual([one, one, one]);
      expect(window.end.monotonicMs - window.start.monotonicMs).toBeGreaterThanOrEqual(50);
      expect(window.end.counters[0]! - window.start.counters[0]!).toBe(1e6);
      expect([window.state?.start.runnable, window.state?.end.runnable]).toEqual([4 * i + 1, 4 * i + 4]);
    }
    // The state of the machine is read outside the window.
    const edges = ['state', 'counters', 'counters', 'state'];
    expect(read).toEqual([...edges, ...edges]);
    expect(messages.at(-1)).toMatchObject({ type: 'finished', peakRssBytes: 3e8 });
  });

  it('are told apart by nothing but what each did: the slowest load counts, and what one found out once', async () => {
    // Each is another one, by the order in which they get there.
    const differs = `const fs = require('fs');
      let works = 0;
      let n = 1;
      for (;;) try { fs.mkdirSync(__filename + '.' + n); break; } catch { n++; }
      process.on('message', (word) => {
        if (word.type === 'window') say(${JSON.stringify(evaluated(0.5))});
        if (word.type !== 'finish') return;
        say({ ...${JSON.stringify(finished)}, loadMs: 10 * n, warmupMs: 100 * n, warmupBatches: n, steady: n > 1 });
        process.exit();
      });`;
    const { messages } = await run(
      script().replace('say({', `${differs}\nsay({`).replaceAll('work: 10', 'work: ++works'),
    );
    // What was said of a window says nothing of the next one.
    expect(messages.flatMap((m) => (m.type === 'window' ? [m.work] : []))).toEqual([3, 6]);
    expect(messages.at(-1)).toEqual({
      ...{ type: 'finished', loadMs: 30, warmupMs: 300, warmupBatches: 6, steady: false, peakRssBytes: 3e8 },
    });
    // In each of two windows, by the first process alone.
    expect(messages.filter((m) => m.type === 'accuracy')).toHaveLength(2);
  });

  it.skipIf(process.platform !== 'linux' || availableParallelism() < 2)(
    'are kept to CPUs of their own, and share the batch times out that are kept',
    async () => {
      const allowed = parseCpuList(allowedCpus()!)!.slice(0, 2);
      const told = `${script()}
      const list = require('fs').readFileSync('/proc/self/status', 'utf8').match(/Cpus_allowed_list:\\s*(\\S+)/)[1];
      const { mostBatchTimes } = JSON.parse(process.argv[3]);
      require('fs').writeFileSync(__filename + '.' + list, String(mostBatchTimes));`;
      const { end } = await run(told, { instances: 2, cpus: allowed.map((cpu) => [cpu]) });
      expect(end).toEqual({ kind: 'done' });
      for (const cpu of allowed) expect(readFileSync(join(folder, `${scripts}.cjs.${cpu}`), 'utf8')).toBe('50000');
    },
  );

  it('all end with the first that dies, which is named', async () => {
    // Whichever gets there first.
    const dies = `if (word.type === 'window') try { require('fs').mkdirSync(__filename + '.taken'); process.kill(process.pid, 'SIGKILL'); } catch {}`;
    const { end, pids } = await run(script(dies), { instances: 3 });
    expect(end).toMatchObject({ kind: 'failed', reason: 'signal', signal: 'SIGKILL' });
    expect(end.kind === 'failed' && end.message).toMatch(/^process [123] of 3: ended by SIGKILL/);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('all end with the first that fails, with its reason', async () => {
    const fails = `if (word.type === 'warm-up') say({ type: 'error', code: 'model', message: 'no such model', fix: null });
      if (word.type === 'warm-up') process.exit(1);`;
    const { end, messages, pids } = await run(script(fails));
    expect(end).toMatchObject({ kind: 'failed', reason: 'error', code: 'model' });
    expect(end.kind === 'failed' && end.message).toMatch(/^process \d of 3: no such model$/);
    expect(messages.map((m) => m.type)).toEqual(['phase', 'phase']);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('all end when they are stopped, whatever they do', async () => {
    const stopping = new AbortController();
    setTimeout(() => stopping.abort(), 300);
    const { end, pids } = await run(`console.log('{"type":"loaded"}'); setInterval(() => {}, 1000);`, {
      stop: stopping.signal,
    });
    expect(end).toEqual({ kind: 'stopped' });
    expect(pids).toHaveLength(3);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('all end with one that stands still', async () => {
    const stops = `if (word.type === 'window') try { require('fs').mkdirSync(__filename + '.taken'); process.kill(process.pid, 'SIGSTOP'); } catch {}`;
    const { end, pids } = await run(script(stops), { timeoutSeconds: 3 });
    expect(end).toMatchObject({ kind: 'failed', reason: 'timeout' });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it.each<[string, Options]>([
    ['their start', { onStart: () => fail() }],
    ['a phase', { onMessage: ({ type }) => type === 'phase' && fail() }],
    ['what one found out', { onMessage: ({ type }) => type === 'accuracy' && fail() }],
    ['a window', { onMessage: ({ type }) => type === 'window' && fail() }],
  ])('all end, and it is thrown, when %s cannot be written', async (_, options) => {
    const pids: number[] = [];
    const fails = run(script(`if (word.type === 'window') say(${JSON.stringify(evaluated(0.5))});`), {
      ...options,
      onStart(started) {
        pids.push(...started);
        options.onStart?.(started);
      },
    });
    await expect(fails).rejects.toThrow('the disk is full');
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('that cannot be started at all', async () => {
    const { end, pids } = await run(script(), { node: join(folder, 'no-node') });
    expect(end).toMatchObject({ kind: 'failed', reason: 'exit', message: expect.stringContaining('ENOENT') });
    expect(pids).toEqual([]);
    // Node.js throws it at once (no memory for a process, say).
    await expect(run(script(), { node: 'no\0name' })).rejects.toThrow('null bytes');
  });

  it('can be 64, without a warning', { timeout: 60_000 }, async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error) => void warnings.push(warning);
    process.on('warning', hear);
    onTestFinished(() => void process.off('warning', hear));
    const { end, messages, pids } = await run(script(), { instances: 64 });
    expect(end).toEqual({ kind: 'done' });
    expect(new Set(pids).size).toBe(64);
    expect(messages.findLast((m) => m.type === 'window')).toMatchObject({ work: 640, cpuSeconds: 32 });
    expect(warnings).toEqual([]);
  });
});

function fail(): never {
  throw new Error('the disk is full');
}

it('thins the batch times of all alike, so that each process counts by its batches', () => {
  const share = (batches: number, stride: number, stoodStillMs = 0) => ({
    ...{ work: batches, cpuSeconds: 1, batches, stride, stoodStillMs },
    batchMs: Array.from({ length: Math.ceil(batches / stride) }, (_, i) => i),
  });
  const window = together([share(8, 4), share(6, 1)]);
  expect(window).toMatchObject({ work: 14, cpuSeconds: 2, batches: 14, batchMs: [0, 1, 0, 4] });
  expect(window.instances!.map(({ kept }) => kept)).toEqual([2, 2]);
  expect(together([share(2, 1), share(1, 1)])).not.toHaveProperty('batches');
  expect(window).not.toHaveProperty('stoodStillMs');
  expect(together([share(2, 1, 300), share(1, 1, 900)])).toMatchObject({ stoodStillMs: 900 });
  // Of one alone it would pass for that of all.
  const watched = { ...share(1, 1), watchdogCpuSeconds: 0.25 };
  expect(together([watched, watched])).toMatchObject({ watchdogCpuSeconds: 0.5 });
  expect(together([watched, share(1, 1)])).not.toHaveProperty('watchdogCpuSeconds');
});
