import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { windowEnergy } from '../../../../src/core/energy/energyWindow';
import { windowStart } from '../../../../src/core/energy/readings';
import type { Part, Reading } from '../../../../src/core/energy/source';
import { openReader } from '../../../../src/energy/openReader';
import { startPerf } from '../../../../src/energy/perf/perfProcess';
import { discoverPmu, partsOf } from '../../../../src/energy/perf/pmu';
import { openProgram, stopAtEdges } from '../../../../src/energy/perf/programReader';
import { monotonicMs } from '../../../../src/machine/clock';
import { pause } from '../../../../src/machine/pause';
import { makePerfProgram, type PerfProgramOptions, programsOf, programWatts } from '../../../support/perfProgram';
import { makePmu } from '../../../support/perfPmu';

const watts = programWatts['energy-pkg'] + programWatts['energy-ram'];
const forms = [
  { form: 'json', control: true, resolution: 1, without: [] },
  { form: 'csv', control: true, resolution: 10_000, without: ['json' as const] },
  { form: 'csv', control: false, resolution: 10_000, without: ['json' as const, 'control' as const] },
];

let program = '';
afterEach(() => {
  delete process.env.GREENBATCH_PERF;
});

function prepare(options: PerfProgramOptions, printed: Partial<NonNullable<Part['printed']>> = {}): Part[] {
  const pmu = makePmu();
  const perf = makePerfProgram(options);
  program = process.env.GREENBATCH_PERF = perf.program;
  onTestFinished(() => {
    pmu.remove();
    perf.remove();
  });
  const parts = partsOf(discoverPmu(pmu.folder), ['package', 'dram'], false);
  return parts.map((part) => ({
    ...part,
    way: 'program',
    printed: { form: 'json', control: true, everyMs: 100, resolution: 1, ...printed },
  }));
}

const noCpu = () => ({ busySeconds: 0, totalSeconds: 0 });
/** Processes end a moment after they are told to. */
async function leftOf(one: string): Promise<number[]> {
  for (let i = 0; i < 100 && programsOf(one).some((pid) => pid !== process.pid); i++)
    await new Promise((done) => setTimeout(done, 20));
  return programsOf(one).filter((pid) => pid !== process.pid);
}

describe('parts that perf’s program reads', { timeout: 30_000 }, () => {
  it('are read wherever temporary files lie, also behind a comma', () => {
    const parts = prepare({});
    const [folder, { TMPDIR }] = [mkdtempSync(join(tmpdir(), 'greenbatch-a,b-')), process.env];
    process.env.TMPDIR = folder;
    onTestFinished(() => {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
      rmSync(folder, { recursive: true });
    });
    const reader = openReader(parts);
    onTestFinished(() => reader.close());
    expect(reader.read().counters).not.toContain(null);
  });

  it.each(forms)('have known joules within the edge that is stated ($form, control: $control)', async (given) => {
    const { without, ...printed } = given;
    const parts = prepare({ without }, printed);
    const reader = openReader(parts);
    for (let i = 0; i < 3; i++) {
      const start = reader.read();
      await new Promise((done) => setTimeout(done, 300 + 37 * i));
      const end = reader.read();
      const energy = windowEnergy({ parts }, start, [], end);
      if (!energy.valid) throw new Error(energy.message);
      expect(Math.abs(energy.joules - watts * energy.seconds)).toBeLessThanOrEqual(energy.edgeJoules + 1e-3);
      expect(energy.edgeJoules).toBeGreaterThan(0);
      // What passes while it is read is of no window.
      expect(energy.seconds).toBeLessThan(0.3 + 0.037 * i + 0.1);
      expect(windowStart(start).monotonicMs).toBeGreaterThan(start.monotonicMs);
    }
    reader.close();
    expect(await leftOf(program)).toEqual([]);
  });

  it('goes on where the pipe was full for a while', async () => {
    // Many sockets fill 64 KiB in a second.
    const sockets = Array.from({ length: 80 }, (_, i) => i);
    const parts = prepare({ sockets });
    const reader = openReader(parts);
    const start = reader.read();
    pause(1500);
    const end = reader.read();
    const energy = windowEnergy({ parts }, start, [], end);
    if (!energy.valid) throw new Error(energy.message);
    expect(Math.abs(energy.joules - watts * energy.seconds)).toBeLessThanOrEqual(energy.edgeJoules + 1e-3);
    reader.close();
  });

  it('are a series that pauses nothing and stands at the ends of intervals', async () => {
    const parts = prepare({});
    const reader = openReader(parts, 'series');
    const readings: Reading[] = [];
    const beganMs = monotonicMs();
    for (let i = 0; i < 40; i++) {
      const fromMs = monotonicMs();
      readings.push(reader.read());
      expect(monotonicMs() - fromMs).toBeLessThan(60);
      await new Promise((done) => setTimeout(done, 20));
    }
    reader.close();
    const moments = new Set(readings.map((r) => r.monotonicMs));
    expect(moments.size).toBeGreaterThan(3);
    expect(moments.size).toBeLessThan(15);
    expect(readings.at(-1)!.monotonicMs).toBeGreaterThan(beganMs);
    const [first, last] = [readings[0]!, readings.at(-1)!];
    const measured = (last.counters[0]! - first.counters[0]!) / 1000 / (last.monotonicMs - first.monotonicMs);
    expect(measured / programWatts['energy-pkg']).toBeCloseTo(1, 1);
    expect(first.resumed).toBeUndefined();
  });

  it('are null, soon and for good, where perf dies in the middle', async () => {
    const parts = prepare({ diesAfterMs: 600 });
    const reader = openReader(parts);
    expect(reader.read().counters).not.toContain(null);
    await new Promise((done) => setTimeout(done, 700));
    for (let i = 0; i < 2; i++) {
      const fromMs = monotonicMs();
      expect(reader.read().counters).toEqual([null, null]);
      expect(monotonicMs() - fromMs).toBeLessThan(1000);
    }
    reader.close();
    expect(await leftOf(program)).toEqual([]);
  });

  it.each(['edges', 'series'] as const)('are null where perf hangs, and it is ended (%s)', async (use) => {
    const parts = prepare({ hangsAfterMs: 700 });
    const reader = openReader(parts, use);
    expect(reader.read().counters).not.toContain(null);
    await new Promise((done) => setTimeout(done, 1800));
    const fromMs = monotonicMs();
    expect(reader.read().counters).toEqual([null, null]);
    expect(monotonicMs() - fromMs).toBeLessThan(3000);
    reader.close();
    expect(await leftOf(program)).toEqual([]);
  });

  it('are read with a point in every locale', () => {
    const parts = prepare({ without: ['json'] }, { form: 'csv', resolution: 10_000 });
    const opened = openProgram(parts, 'edges', { ...process.env, LC_ALL: 'de_DE.UTF-8' });
    if ('said' in opened) throw new Error(opened.said);
    expect(opened.read(noCpu)?.counters.every((count) => count! > 0)).toBe(true);
    opened.close();
  });

  it('are never read where there is no such program', () => {
    const parts = prepare({});
    process.env.GREENBATCH_PERF = '/no/such/perf';
    expect(openProgram(parts, 'edges')).toMatchObject({ code: 'ENOENT' });
    const reader = openReader(parts);
    expect(reader.read().counters).toEqual([null, null]);
    reader.close();
  });
});

const cpuClock = [{ event: 'cpu-clock', place: 'S0', unit: 'msec' }];
const isReal =
  spawnSync('perf', ['stat', '-a', '--per-socket', '-x,', '-e', 'cpu-clock', 'true'], { encoding: 'utf8' }).status ===
  0;
if (!isReal) console.warn('skipped: the protocol with the real perf (there is none that may count the machine)');

describe.skipIf(!isReal)('the real perf', { timeout: 30_000 }, () => {
  it.each(['json', 'csv'])(
    'counts from the moment it is told to go on to the moment it is told to stop (%s)',
    (form) => {
      const perf = startPerf(cpuClock, { form, control: true });
      if ('said' in perf) return console.warn(`skipped: this perf has no ${form} with --control: ${perf.said}`);
      const instrument = stopAtEdges(perf);
      const read = () => instrument.read(noCpu)!;
      let start = read();
      // The time of all CPUs of the socket: how many they are, perf itself says.
      const perMs = (end: Reading) => {
        const from = start.resumed!;
        const ms = (end.counters[0]! - start.counters[0]!) / 1e6;
        const uncertain = from.uncertainMs! + end.uncertainMs!;
        return { ms, seen: end.monotonicMs - from.monotonicMs, uncertain };
      };
      const found = [400, 250, 610].map((forMs) => {
        pause(forMs);
        const end = read();
        const one = perMs(end);
        start = end;
        return one;
      });
      instrument.close();
      const cpus = Math.round(found[0]!.ms / found[0]!.seen);
      expect(cpus).toBeGreaterThan(0);
      for (const { ms, seen, uncertain } of found) {
        // The events of the CPUs are stopped one after the other; ± .1 ms for that.
        expect(Math.abs(ms / cpus - seen)).toBeLessThanOrEqual(uncertain + 0.1);
      }
    },
  );
});
