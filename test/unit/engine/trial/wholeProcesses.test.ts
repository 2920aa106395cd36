import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { MeasureJob, TrialMessage } from '../../../../src/engine/trial/protocol';
import { runWholeProcesses } from '../../../../src/engine/trial/wholeProcesses';
import { machineState, source as twoDomains } from '../../../support/runEvents';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-whole-'));
afterAll(() => rmSync(folder, { recursive: true }));

const phase = { ms: 40, counters: [7e6, 1e6], busySeconds: 0, totalSeconds: 0 };
const passed = { type: 'passed', work: 12, batchMs: [20, 21], cpuSeconds: 0.01, phases: { inference: phase } };

/** A process that says what a whole one says, at once; `atEnd` is what it does then. */
const script = (more: object = {}, atEnd = '') => `
const say = (message) => console.log(JSON.stringify(message));
say({ type: 'began' });
say({ type: 'loaded' });
setTimeout(() => { say(${JSON.stringify({ ...passed, peakRssBytes: 1e8, ...more })}); ${atEnd} }, 30);
`;

let scripts = 0;
type Options = { source?: MeasureJob['source']; windows?: number; stop?: AbortController; timeoutSeconds?: number };
async function run(text: string, options: Options = {}) {
  const { stop = new AbortController(), windows = 2, source = twoDomains, timeoutSeconds = 30 } = options;
  const file = join(folder, `${++scripts}.cjs`);
  writeFileSync(file, text);
  const messages: TrialMessage[] = [];
  const pids: number[] = [];
  let readings = 0;
  /** Each reading is a joule more in each domain. */
  const reader = {
    read: () => ({
      ...{ monotonicMs: performance.now(), busySeconds: 0, totalSeconds: 0 },
      counters: twoDomains.parts.map(() => 1e6 * readings++),
    }),
  };
  const job: MeasureJob = {
    ...{ kind: 'measure', workload: 'detection', told: {}, source, instances: 1, wholeProcess: true },
    ...{ warmupSeconds: 60, windowSeconds: 60, windows },
  };
  const at = { program: { node: process.execPath, script: file }, runFolder: folder, reader };
  const end = await runWholeProcesses({ ...at, machine: { read: () => machineState() } }, job, {
    ...{ stop: stop.signal, timeoutSeconds, cpus: null },
    onStart: (started) => void pids.push(...started),
    onMessage: (message) => void messages.push(message),
  });
  return { end, messages, pids, windows: messages.filter((m) => m.type === 'window') };
}

describe('windows that are whole processes', () => {
  it('hold one each, from before it starts until it has ended, and none warms up', async () => {
    const { end, messages, pids, windows } = await run(script());
    expect(end).toEqual({ kind: 'done' });
    expect(messages.map((m) => (m.type === 'phase' ? m.phase : m.type))).toEqual([
      ...['window', 'window', 'window', 'window', 'finished'],
    ]);
    const phases = messages.filter((m) => m.type === 'phase');
    expect(pids).toHaveLength(1);
    expect(phases[0]!.process).toBeUndefined();
    expect(phases[1]!.process!.pid).not.toBe(pids[0]);
    for (const [i, window] of windows.entries()) {
      expect(window).toMatchObject({ window: i, work: 12, batchMs: [20, 21] });
      // Starting node alone takes longer than that.
      expect(window.end.monotonicMs - window.start.monotonicMs).toBeGreaterThan(40);
      expect(window.state).toBeDefined();
      expect(window).not.toHaveProperty('peakRssBytes');
      expect(phases[i]!.monotonicMs).toBe(window.start.monotonicMs);
    }
    expect(windows[1]!.start.monotonicMs).toBeGreaterThan(windows[0]!.end.monotonicMs);
    const finished = messages.at(-1)!;
    expect(finished).toMatchObject({ warmupMs: 0, warmupBatches: 0, steady: true, peakRssBytes: 1e8 });
    expect((finished as { loadMs: number }).loadMs).toBeGreaterThan(0);
  });

  it('tell phases before and after those of the work, and leave its own to the process', async () => {
    const { windows } = await run(script(), { windows: 1 });
    expect(Object.keys(windows[0]!.phases!).toSorted()).toEqual(['exit', 'inference', 'model', 'start']);
    const { start, model, inference, exit } = windows[0]!.phases!;
    expect(inference).toEqual(phase);
    // A reading at each of: start, began, loaded, passed, end. What lies between loaded and passed is the process's.
    for (const one of [start, model, exit]) expect(one!.counters[0]).toBeGreaterThan(0);
    const ms = windows[0]!.end.monotonicMs - windows[0]!.start.monotonicMs;
    expect(start!.ms + model!.ms + exit!.ms).toBeLessThan(ms - 25);
  });

  it('count the CPU time of a process to its very end', async () => {
    const busy = 'while (process.cpuUsage().user < 300_000);';
    const { windows } = await run(script({}, busy), { windows: 1 });
    if (process.platform === 'linux') expect(windows[0]!.cpuSeconds).toBeGreaterThan(0.2);
    expect((await run(script({ cpuSeconds: 99 }), { windows: 1 })).windows[0]!.cpuSeconds).toBe(99);
  });

  it('have no phases where reading takes long', async () => {
    const parts = twoDomains.parts.map((part) => ({
      ...part,
      printed: { form: 'json', control: true, everyMs: 100, resolution: 1 },
    }));
    const { windows } = await run(script({ phases: undefined }), { source: { ...twoDomains, parts }, windows: 1 });
    expect(windows[0]).not.toHaveProperty('phases');
  });

  it.each([
    ['while it works', `throw new Error('no such model')`, 'exit'],
    ['while it ends', script({}, 'process.exit(3);'), 'exit'],
    ['killed while it ends', script({}, `process.kill(process.pid, 'SIGKILL');`), 'signal'],
  ])('fail the trial with a process that fails %s, and start no other', async (_, text, reason) => {
    const { end, messages, windows } = await run(text);
    expect(end).toMatchObject({ kind: 'failed', reason });
    expect(windows).toEqual([]);
    expect(messages.some((m) => m.type === 'finished')).toBe(false);
  });

  it('fail with one that does not end', async () => {
    const { end } = await run(script({}, 'setInterval(() => {}, 1000);'), { timeoutSeconds: 1 });
    expect(end).toMatchObject({ kind: 'failed', reason: 'timeout' });
  });

  it('end when they are stopped, also between two of them', async () => {
    const stop = new AbortController();
    const slow = run(script({}, 'setInterval(() => {}, 1000);'), { stop });
    setTimeout(() => stop.abort(), 300);
    expect((await slow).end).toEqual({ kind: 'stopped' });
    stop.abort();
    expect((await run(script(), { stop })).pids).toEqual([]);
  });
});
