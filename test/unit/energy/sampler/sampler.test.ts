import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { windowEnergy } from '../../../../src/core/energy/energyWindow';
import type { SourceRecord } from '../../../../src/core/energy/source';
import { powerHeaderSchema } from '../../../../src/core/run/events';
import { discoverPowercap, partsOf } from '../../../../src/energy/powercap/powercap';
import { openReader } from '../../../../src/energy/openReader';
import { startSampler } from '../../../../src/energy/sampler/sampler';
import { nextDeadline } from '../../../../src/energy/sampler/samplerThread';
import { openSeriesFile } from '../../../../src/energy/sampler/seriesFile';
import { type PowercapDriver, startPowercapDriver } from '../../../support/powercapTree';
import { buildSamplerProgram } from '../../../support/samplerProgram';

const folder = mkdtempSync(path.join(os.tmpdir(), 'greenbatch-series-'));
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
let programPath: string;
let driver: PowercapDriver;
let source: SourceRecord;

beforeAll(async () => {
  programPath = await buildSamplerProgram();
  driver = await startPowercapDriver({ packageRangeMicrojoules: 50e6, limitWatts: null });
  const parts = partsOf(discoverPowercap(driver.root).zones, ['package', 'dram']);
  source = { parts, reason: null };
});
afterAll(async () => {
  await driver.stop();
  rmSync(folder, { recursive: true, force: true });
  rmSync(path.dirname(programPath), { recursive: true, force: true });
});

const header = () => ({
  version: 1 as const,
  session: 1,
  wallOffsetMs: 0,
  domains: source.parts.map((part) => part.id),
});

function linesOf(file: string): unknown[] {
  const text = readFileSync(file, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('startSampler', () => {
  it('writes ten samples a second, on deadlines that do not drift, also while this thread is blocked', async () => {
    const file = path.join(folder, 'power.jsonl');
    const sampler = await startSampler({ programPath, files: [{ file, header: header() }], source });
    const reader = openReader(source.parts);
    await sleep(200);
    const start = reader.read();
    for (const until = performance.now() + 1500; performance.now() < until;);
    const end = reader.read();
    await sampler.flush();
    const samples = sampler.samplesBetween(start.monotonicMs, end.monotonicMs);
    const energy = windowEnergy(source, start, samples, end);
    if (!energy.valid) throw new Error(energy.message);
    expect(energy.wraps).toBeGreaterThanOrEqual(5);
    expect(Math.abs(energy.joules / driver.truthJoules(start.monotonicMs, end.monotonicMs) - 1)).toBeLessThan(0.01);
    expect(samples.length).toBeGreaterThanOrEqual(13);
    expect(samples.length).toBeLessThanOrEqual(16);
    if (process.platform === 'linux') {
      expect(sampler.cpuSeconds()).toBeGreaterThan(0);
      // This process kept a CPU busy all the while, its sampler did not.
      expect(sampler.cpuSeconds()).toBeLessThan(process.cpuUsage().user / 2e6);
    } else expect(sampler.cpuSeconds()).toBeNull();
    await sampler.stop();
    reader.close();

    const [first, ...rest] = linesOf(file) as [unknown, ...number[][]];
    expect(powerHeaderSchema.parse(first).domains).toHaveLength(4);
    const all = sampler.samplesBetween(0, Number.POSITIVE_INFINITY);
    expect(rest.map((line) => line[0])).toEqual(all.map((sample) => sample.monotonicMs));
    expect(rest[0]).toEqual([all[0]!.monotonicMs, all[0]!.busySeconds, all[0]!.totalSeconds, ...all[0]!.counters]);
    // Deadlines lie on one grid of 100 ms: phases of all regular samples agree but for wake-up delays.
    const phases = all.slice(1, -2).map((sample) => (sample.monotonicMs - all[0]!.monotonicMs) % 100);
    expect(phases.filter((phase) => phase < 30).length / phases.length).toBeGreaterThan(0.7);
  });

  it('hands on every sample that it writes, and may be stopped twice', async () => {
    const file = path.join(folder, 'twice.jsonl');
    const sampler = await startSampler({ programPath, files: [{ file, header: header() }], source, periodMs: 20 });
    await sleep(200);
    await sampler.stop();
    await sampler.stop();
    await sampler.flush();
    const seen = sampler.samplesBetween(0, sampler.latest()!.monotonicMs);
    expect(seen.length).toBeGreaterThan(5);
    expect(linesOf(file)).toHaveLength(seen.length + 1);
  });

  it('writes the same samples into the file of each run of a session, each with its own first line', async () => {
    const files = [1, 3].map((session) => ({
      file: path.join(folder, `run-${session}.jsonl`),
      header: { ...header(), session },
    }));
    const sampler = await startSampler({ programPath, files, source, periodMs: 20 });
    await sleep(200);
    await sampler.stop();
    const [one, other] = files.map(({ file }) => linesOf(file));
    expect([one![0], other![0]]).toEqual(files.map((target) => target.header));
    expect(one!.length).toBeGreaterThan(5);
    expect(other!.slice(1)).toEqual(one!.slice(1));
  });

  it('ends a torn last line of an earlier session before its own', async () => {
    const file = path.join(folder, 'torn.jsonl');
    appendFileSync(file, '{"version":1}\n[1,2,3');
    const sampler = await startSampler({ programPath, files: [{ file, header: header() }], source });
    await sampler.stop();
    expect(readFileSync(file, 'utf8')).toMatch(/^\{"version":1\}\n\[1,2,3\n\{"version":1,"session":1/);
  });

  it('rejects when the file cannot be opened', async () => {
    const file = path.join(folder, 'no/such/folder/power.jsonl');
    await expect(startSampler({ programPath, files: [{ file, header: header() }], source })).rejects.toThrow(/ENOENT/);
  });

  it('says that its thread has died, once it was there, and lets nobody wait for it', async () => {
    const dying = path.join(folder, 'dying.cjs');
    writeFileSync(
      dying,
      `const { parentPort } = require('node:worker_threads');
       const sample = { monotonicMs: 1, counters: [1], busySeconds: 1, totalSeconds: 1 };
       parentPort.postMessage({ problem: null, samples: [sample], request: 0 });
       setTimeout(() => { throw new Error('out of luck'); }, 50);`,
    );
    const ends: string[] = [];
    const onEnd = (message: string) => ends.push(message);
    const file = path.join(folder, 'dying.jsonl');
    const sampler = await startSampler({ programPath: dying, files: [{ file, header: header() }], source, onEnd });
    await sampler.flush();
    expect(ends).toEqual([expect.stringContaining('out of luck')]);
    await sampler.flush();
    await sampler.stop();
    expect(ends).toHaveLength(1);
  });

  it.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
    'goes on sampling with a full disk and reports it once',
    async () => {
      const disk = mkdtempSync(path.join(os.tmpdir(), 'greenbatch-full-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', disk]);
      onTestFinished(() => {
        execFileSync('umount', ['-l', disk]);
      });
      writeFileSync(path.join(disk, 'power.jsonl'), 'x'.repeat(4096));
      const problems: string[] = [];
      const onProblem = (message: string) => problems.push(message);
      const sampler = await startSampler({
        programPath,
        files: [{ file: path.join(disk, 'power.jsonl'), header: header() }],
        source,
        periodMs: 20,
        onProblem,
      });
      await sleep(100);
      await sampler.flush();
      await sampler.flush();
      expect(sampler.samplesBetween(0, Number.POSITIVE_INFINITY).length).toBeGreaterThan(3);
      await sampler.stop();
      expect(problems).toEqual([expect.stringContaining('ENOSPC')]);
    },
  );
});

describe('nextDeadline', () => {
  it('stays on the grid and skips what passed', () => {
    expect(nextDeadline(1000, 100, 1000.2)).toBe(1100);
    expect(nextDeadline(1000, 100, 950)).toBe(1000);
    expect(nextDeadline(1000, 100, 9_999_950)).toBe(10_000_000);
  });
});

describe('openSeriesFile', () => {
  it('appends lines and says nothing while all is well', () => {
    const file = path.join(folder, 'lines');
    for (const part of [['a', 'b'], ['c']]) {
      const series = openSeriesFile(file);
      for (const line of part) series.add(line);
      expect(series.write()).toBeNull();
      series.close();
    }
    expect(readFileSync(file, 'utf8')).toBe('a\nb\nc\n');
  });
});
