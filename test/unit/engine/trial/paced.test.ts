import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { drawnArrivals } from '../../../../src/core/latency/replayedArrivals';
import { type PacedJob, runPaced } from '../../../../src/engine/trial/paced';
import type { TrialMessage } from '../../../../src/engine/trial/protocol';
import { monotonicMs } from '../../../../src/machine/clock';
import { finished } from '../../../support/fakeSession';
import { machineState } from '../../../support/runEvents';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-paced-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A process that answers each batch after so long, and says which word it heard with a share of what it served. */
const script = (serviceMs: number, misbehave = '') => `
const say = (message) => console.log(JSON.stringify(message));
const now = () => Number(process.hrtime.bigint() / 1000n) / 1000;
say({ type: 'loaded' });
say({ type: 'warm' });
process.on('message', (word) => {
  ${misbehave}
  if (word.type === 'serve') {
    const startMs = now();
    setTimeout(() => say({ type: 'served', units: ${serviceMs < 0 ? 4 : 'word.units'}, startMs, endMs: now() }), ${Math.abs(serviceMs)});
  }
  if (word.type === 'finish') {
    say({ type: 'share', work: 3, cpuSeconds: 0.5, batches: 2, stride: 1, batchMs: [7, 9], stoodStillMs: 0 });
    say(${JSON.stringify(finished)});
    process.exit();
  }
});
`;

let scripts = 0;
async function run(text: string, more: Partial<PacedJob> = {}, stop = new AbortController().signal) {
  const file = join(folder, `${++scripts}.cjs`);
  writeFileSync(file, text);
  const messages: TrialMessage[] = [];
  const pids: number[] = [];
  const readAt: number[] = [];
  const reader = {
    read() {
      readAt.push(monotonicMs());
      return { monotonicMs: readAt.at(-1)!, counters: [1e6 * readAt.length], busySeconds: 0, totalSeconds: 0 };
    },
  };
  const job: PacedJob = {
    ...{ workload: 'detection', told: {}, batchSize: 4, instances: 1, leadInMs: 100 },
    policy: { batching: 'when-free', timeoutMs: 0 },
    arrivals: drawnArrivals(20, 0.5, 1),
    ...more,
  };
  const end = await runPaced(
    {
      ...{ program: { node: process.execPath, script: file }, runFolder: folder, reader },
      machine: { read: () => machineState({ runnable: messages.length }) },
    },
    job,
    {
      ...{ stop, timeoutSeconds: 30, cpus: null },
      onStart: (started) => void pids.push(...started),
      onMessage: (message) => void messages.push(message),
    },
  );
  return { end, messages, pids, readAt, window: messages.find((message) => message.type === 'window') };
}

describe('a trial of requests', () => {
  it('says load, lead-in, one window over exactly one length of the arrivals, and its end', async () => {
    const { end, messages, pids, readAt, window } = await run(script(2));
    expect(end).toEqual({ kind: 'done' });
    expect(pids).toHaveLength(1);
    expect(messages.map((m) => (m.type === 'phase' ? m.phase : m.type))).toEqual([
      ...['load', 'warmup', 'window', 'window', 'finished'],
    ]);
    expect(readAt).toHaveLength(2);
    // Timers are late, never early; how late is this machine's affair.
    expect(readAt[1]! - readAt[0]!).toBeGreaterThan(400);
    const { paced, work, batchMs, cpuSeconds, instances } = window!;
    expect({ work, batchMs, cpuSeconds, instances }).toEqual({
      ...{ work: 20, batchMs: [7, 9], cpuSeconds: 0.5, instances: undefined },
    });
    expect(paced).toMatchObject({ requests: 20, stride: 1, padded: false });
    expect(paced!.latencyMs).toHaveLength(20);
    for (const ms of paced!.latencyMs) expect(ms).toBeGreaterThanOrEqual(1);
    expect(paced!.load).toBeGreaterThan(0);
    expect(paced!.load).toBeLessThan(1);
    const { warmupBatches, warmupMs } = messages.at(-1) as Extract<TrialMessage, { type: 'finished' }>;
    expect(warmupBatches).toBeGreaterThanOrEqual(3);
    expect(warmupMs).toBeGreaterThanOrEqual(100);
  });

  it('answers as many requests as come, in steady state, and waits for each', async () => {
    const { window } = await run(script(2), { policy: { batching: 'full', timeoutMs: null } });
    const served = window!.paced!.batchesOfSize.reduce((sum, [size, batches]) => sum + size * batches, 0);
    expect(window!.paced!.batchesOfSize.map(([size]) => size)).toEqual([4]);
    expect(Math.abs(served - 20)).toBeLessThanOrEqual(4);
  });

  it('is shared by several processes', async () => {
    const { end, window, pids } = await run(script(30), { instances: 3, batchSize: 1 });
    expect(end).toEqual({ kind: 'done' });
    expect(new Set(pids).size).toBe(3);
    expect(window).toMatchObject({ work: 20, cpuSeconds: 1.5, batchMs: [7, 9, 7, 9, 7, 9] });
    expect(window!.instances).toHaveLength(3);
  });

  it('says that batches were filled up', async () => {
    expect((await run(script(-2))).window!.paced).toMatchObject({ padded: true });
  });

  it('fails where requests come faster than they are answered, at once where more wait than may ever come', async () => {
    const slow = await run(script(80), { batchSize: 1, arrivals: drawnArrivals(50, 1, 1) });
    expect(slow.end).toMatchObject({ kind: 'failed', reason: 'error', code: 'outrun' });
    expect(slow.end.kind === 'failed' && slow.end.message).toMatch(
      /\d+ were under way when the window began, \d+ when/,
    );
    const began = performance.now();
    const { end, window } = await run(script(600_000), { leadInMs: 60_000, arrivals: drawnArrivals(100, 0.5, 1) });
    expect(end).toMatchObject({ kind: 'failed', code: 'outrun' });
    expect(window).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it('ends with a process that dies, which is named, and leaves none behind', async () => {
    const dies = `if (word.type === 'window') process.kill(process.pid, 'SIGKILL');`;
    const { end, pids, window } = await run(script(2, dies), { instances: 2 });
    expect(end).toMatchObject({ kind: 'failed', reason: 'signal' });
    expect(end.kind === 'failed' && end.message).toMatch(/^process [12] of 2: /);
    expect(window).toBeUndefined();
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow();
  });

  it('ends when it is stopped', async () => {
    const stopping = new AbortController();
    setTimeout(() => stopping.abort(), 400);
    const { end } = await run(script(2), { leadInMs: 60_000 }, stopping.signal);
    expect(end).toEqual({ kind: 'stopped' });
  });

  it('is not begun by a process that cannot serve', async () => {
    const text = `console.log(JSON.stringify({ type: 'error', code: 'model', message: 'no such model', fix: null })); process.exit(1);`;
    expect((await run(text)).end).toMatchObject({ kind: 'failed', code: 'model', message: 'no such model' });
  });
});
