import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Part, SourceRecord } from '../../src/core/energy/source';
import * as pmu from '../../src/energy/perf/pmu';
import { discoverPowercap, partsOf } from '../../src/energy/powercap/powercap';
import { openReader } from '../../src/energy/openReader';
import { startSampler } from '../../src/energy/sampler/sampler';
import { makePmu, perfEventsMissing } from '../support/perfPmu';
import { startPowercapDriver } from '../support/powercapTree';
import { buildSamplerProgram } from '../support/samplerProgram';

/**
 * CPU time of the sampler's thread at 10 Hz with four domains, and how long one reading of four takes, from powercap's files
 * and by perf's events (of the kernel's software PMU, on two CPUs): `npx tsx test/bench/sampler.ts [seconds]`.
 * Prints JSON. The thread is found by comparing /proc/self/task before and after it starts; its CPU time is the first
 * number of schedstat (ns on a CPU). Goal: ≤ 0.3 % of a core.
 */
const cpuNs = (tid: string) => Number(readFileSync(`/proc/self/task/${tid}/schedstat`, 'utf8').split(' ')[0]);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const threads = () => readdirSync('/proc/self/task');

/** Microseconds of one reading of all `parts`. */
function readingTime(parts: readonly Part[]): number {
  const reader = openReader(parts);
  const reads = 2000;
  for (let i = 0; i < reads; i++) reader.read();
  const start = performance.now();
  for (let i = 0; i < reads; i++) reader.read();
  const time = ((performance.now() - start) * 1000) / reads;
  reader.close();
  return time;
}

function eventReadingTime(): number {
  const tree = makePmu({ cpumask: '0-1' });
  const time = readingTime(pmu.partsOf(pmu.discoverPmu(tree.folder), ['package', 'dram'], false));
  tree.remove();
  return time;
}

async function bench(seconds: number) {
  const programPath = await buildSamplerProgram();
  const driver = await startPowercapDriver({});
  const parts = partsOf(discoverPowercap(driver.root).zones, ['package', 'dram']);
  const source: SourceRecord = { parts, reason: null };
  const folder = mkdtempSync(path.join(os.tmpdir(), 'greenbatch-bench-'));
  const header = { version: 2 as const, session: 1, wallOffsetMs: 0, domains: parts.map((part) => part.id) };

  const before = new Set(threads());
  const sampler = await startSampler({
    programPath,
    files: [{ file: path.join(folder, 'power.jsonl'), header }],
    source,
  });
  await sleep(2000);
  const own = threads().filter((tid) => !before.has(tid));
  const startNs = own.map(cpuNs);
  const startMs = performance.now();
  await sampler.flush();
  const from = sampler.latest()!.monotonicMs;
  await sleep(seconds * 1000);
  const usedNs = own.reduce((sum, tid, i) => sum + cpuNs(tid) - startNs[i]!, 0);
  const wallMs = performance.now() - startMs;
  await sampler.flush();
  const samples = sampler.samplesBetween(from, Number.POSITIVE_INFINITY).length;
  await sampler.stop();

  const microsecondsPerReading = readingTime(parts);
  await driver.stop();
  rmSync(folder, { recursive: true });
  rmSync(path.dirname(programPath), { recursive: true });
  return {
    seconds: wallMs / 1000,
    samplesPerSecond: (samples / wallMs) * 1000,
    cpuPercentOfOneCore: (usedNs / 1e6 / wallMs) * 100,
    microsecondsPerSample: usedNs / 1000 / samples,
    microsecondsPerReading,
    microsecondsPerEventReading: perfEventsMissing() === null ? eventReadingTime() : null,
  };
}

void bench(Number(process.argv[2] ?? 20)).then((result) => console.log(JSON.stringify(result, null, 2)));
