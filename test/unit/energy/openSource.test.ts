import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { doctorCommand } from '../../../src/cli/commands/doctor';
import { windowEnergy } from '../../../src/core/energy/energyWindow';
import { curveWatts, fittedShape, loadShare } from '../../../src/core/energy/powerCurve';
import { sourceLabel } from '../../../src/core/energy/sourceLabel';
import type { Reading } from '../../../src/core/energy/source';
import { type Spec, specSchema } from '../../../src/core/spec/spec';
import { diagnose } from '../../../src/energy/doctor';
import { powerCurveOf } from '../../../src/energy/estimate/estimate';
import { openReader } from '../../../src/energy/openReader';
import { openSource } from '../../../src/energy/openSource';
import { SourceError } from '../../../src/energy/source';
import { permissionFix } from '../../../src/energy/powercap/permissionFix';
import { fitPowerCurve, readLoadRows } from '../../bench/fitPowerCurve';
import { keepPrinted } from '../../support/printed';
import { zonePart } from '../../support/runEvents';
import { type DriverOptions, makePowercapTree, startPowercapDriver } from '../../support/powercapTree';

const measureOf = (measure: object): Spec['measure'] =>
  specSchema.parse({ models: ['yolov7-tiny'], batchSizes: [1], measure }).measure;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  while (cleanups.length > 0) await cleanups.pop()!();
});

async function driven(options: DriverOptions) {
  const driver = await startPowercapDriver(options);
  cleanups.push(() => driver.stop());
  return driver;
}

describe('a tree whose truth is known', () => {
  it('reads 2 sockets × (100 W + 20 W) to 0.5 % in a second, by the clock of the readings', async () => {
    const driver = await driven({ psys: true, mmioTwins: true });
    const { source, reader } = await openSource(measureOf({ source: 'powercap', powercapRoot: driver.root }));
    cleanups.push(() => reader.close());
    expect(source.reason).toBeNull();
    expect(source.parts.every((part) => part.source === 'powercap' && part.measured)).toBe(true);
    const readings: Reading[] = [reader.read()];
    while (readings.at(-1)!.monotonicMs - readings[0]!.monotonicMs < 1000) {
      await sleep(90);
      readings.push(reader.read());
    }
    const [start, end] = [readings[0]!, readings.at(-1)!];
    const energy = windowEnergy(source, start, readings, end);
    if (!energy.valid) throw new Error(energy.message);
    const truth = driver.truthJoules(start.monotonicMs, end.monotonicMs);
    expect(Math.abs(energy.joules / truth - 1)).toBeLessThan(0.005);
    expect(energy.byDomain.psys! / energy.joules).toBeCloseTo(1, 2);
    expect(energy.utilisation).toBeGreaterThan(0);
  });

  it('stays within 0.5 % while small counters wrap many times', async () => {
    const driver = await driven({ packageRangeMicrojoules: 50e6, dramRangeMicrojoules: 11e6, limitWatts: null });
    const { source, reader } = await openSource(measureOf({ source: 'powercap', powercapRoot: driver.root }));
    cleanups.push(() => reader.close());
    const readings: Reading[] = [];
    for (let i = 0; i < 45; i++) {
      readings.push(reader.read());
      await sleep(50);
    }
    const [start, end] = [readings[0]!, readings.at(-1)!];
    const energy = windowEnergy(source, start, readings, end);
    if (!energy.valid) throw new Error(energy.message);
    expect(energy.wraps).toBeGreaterThanOrEqual(12);
    const truth = driver.truthJoules(start.monotonicMs, end.monotonicMs);
    expect(Math.abs(energy.joules / truth - 1)).toBeLessThan(0.005);
  });
});

describe('openReader', () => {
  it('gives null for what cannot be read, and never throws', () => {
    const tree = makePowercapTree({ sockets: 2, dram: false });
    cleanups.push(() => tree.remove());
    const domains = ['package-0', 'package-1', 'gone'].map((id) => ({
      ...zonePart(id, { kind: 'package', range: null, added: true }),
      path: id === 'gone' ? '/nowhere/energy_uj' : tree.zone(id).file,
    }));
    const reader = openReader(domains);
    cleanups.push(() => reader.close());
    tree.set('package-0', 60_293_987_000_000);
    tree.set('package-1', 0);
    expect(reader.read().counters).toEqual([60_293_987_000_000, 0, null]);
    writeFileSync(tree.zone('package-0').file, '12 34\n');
    writeFileSync(tree.zone('package-1').file, '');
    expect(reader.read().counters).toEqual([null, null, null]);
    writeFileSync(tree.zone('package-1').file, '7');
    expect(reader.read().counters).toEqual([null, 7, null]);
  });

  it('stamps readings with CLOCK_MONOTONIC and counts CPU time', async () => {
    const reader = openReader([]);
    cleanups.push(() => reader.close());
    const before = Number(process.hrtime.bigint() / 1000n) / 1000;
    const first = reader.read();
    await sleep(300);
    const second = reader.read();
    expect(first.monotonicMs).toBeGreaterThanOrEqual(before);
    expect(second.monotonicMs - first.monotonicMs).toBeGreaterThanOrEqual(290);
    expect(second.totalSeconds).toBeGreaterThan(first.totalSeconds);
    expect(second.busySeconds).toBeGreaterThanOrEqual(first.busySeconds);
  });
});

describe('openSource', () => {
  const nowhere = '/nowhere/powercap';

  it('falls back to the estimate with the reason, but not when powercap is demanded', async () => {
    const { source, reader } = await openSource(measureOf({ powercapRoot: nowhere }));
    expect(source).toMatchObject({ parts: [{ source: 'estimate', measured: false, id: 'machine', added: true }] });
    expect(source.reason).toMatch(/\/nowhere\/powercap does not exist\. Check measure.powercapRoot/);
    expect(source).toMatchObject({ code: 'source-absent', fix: null });
    expect(reader.read().counters).toEqual([expect.any(Number)]);
    reader.close();
    const refused = openSource(measureOf({ source: 'powercap', powercapRoot: nowhere }));
    await expect(refused).rejects.toThrow(SourceError);
    await expect(refused).rejects.toMatchObject({
      ...{ code: 'source-absent', exitCode: 3, fix: null },
      message: expect.stringContaining('Check measure.powercapRoot'),
    });
  });

  it('records several kinds as one, an estimate of what is measured not added', async () => {
    const driver = await driven({ sockets: 1 });
    const measure = measureOf({ source: ['powercap', 'estimate'], powercapRoot: driver.root });
    const { source, reader } = await openSource(measure);
    cleanups.push(() => reader.close());
    expect(source.parts.map((part) => [part.source, part.id, part.added])).toEqual([
      ['powercap', 'package-0', true],
      ['powercap', 'dram-0', true],
      ['estimate', 'machine', false],
    ]);
    expect(source.reason).toBe('estimate is of what powercap measures: it is recorded and not added');
    const { counters, busySeconds } = reader.read();
    expect(counters).toEqual([expect.any(Number), expect.any(Number), Math.round(busySeconds * 1e6)]);
  });

  it('has all kinds that are asked for, or none; and none that it does not know', async () => {
    const both = openSource(measureOf({ source: ['estimate', 'powercap'], powercapRoot: nowhere }));
    await expect(both).rejects.toMatchObject({ name: 'SourceError', code: 'source-absent' });
    await expect(openSource(measureOf({ source: 'nvml' }))).rejects.toMatchObject({
      ...{ code: 'experiment', exitCode: 2 },
      message: 'measure.source: there is no energy source "nvml" (allowed: auto, powercap, perf or estimate)',
    });
  });

  it('measures half a machine where the experiment allows it, and only then', async () => {
    const driver = await driven({});
    rmSync(path.join(driver.root, 'intel-rapl/intel-rapl:1/intel-rapl:1:0'), { recursive: true });
    const measure = { source: 'powercap', powercapRoot: driver.root };
    await expect(openSource(measureOf(measure))).rejects.toMatchObject({
      ...{ code: 'source-partial', exitCode: 3 },
      message: expect.stringMatching(
        /no counter for dram-1.*measure.source: powercap and measure.allowMissing: \[dram-1\]\.$/,
      ),
    });
    const automatic = await openSource(measureOf({ ...measure, source: 'auto' }));
    automatic.reader.close();
    expect(automatic.source.parts[0]!.source).toBe('estimate');
    expect(automatic.source.reason).toContain('no counter for dram-1');
    const { source, reader } = await openSource(measureOf({ ...measure, allowMissing: ['dram-1', 'package-0'] }));
    reader.close();
    expect(source.parts.map((part) => part.id)).toEqual(['package-0', 'dram-0', 'package-1']);
    expect(source.missing).toEqual(['dram-1']);
    expect(sourceLabel(source)).toBe('MEASURED powercap · 2 package + 1 dram, without dram-1');
    await expect(openSource(measureOf({ ...measure, allowMissing: ['package-0-die-0'] }))).rejects.toMatchObject({
      ...{ code: 'experiment', exitCode: 2 },
      message: expect.stringContaining('there can be no package-0-die-0 here: socket 0 has package-0'),
    });
  });

  it('takes the root of the environment unless the experiment names one', async () => {
    const env = { GREENBATCH_POWERCAP_ROOT: '/nowhere/else' };
    expect((await openSource(measureOf({}), env)).source.reason).toContain('/nowhere/else');
    expect((await openSource(measureOf({ powercapRoot: nowhere }), env)).source.reason).toContain(nowhere);
    expect((await openSource(measureOf({ source: 'estimate' }), env)).source.reason).toBeNull();
  });

  it('estimates more energy for a busy machine', async () => {
    const { source, reader } = await openSource(
      measureOf({ source: 'estimate', powerCurve: { idleWatts: 10, maxWatts: 100 } }),
    );
    const window = async (work: () => unknown) => {
      const start = reader.read();
      await work();
      return windowEnergy(source, start, [], reader.read());
    };
    const busy = await window(() => {
      for (const until = performance.now() + 400; performance.now() < until;);
    });
    expect(busy).toMatchObject({ valid: true });
    expect(busy.valid && busy.watts).toBeGreaterThan(10);
    expect(busy.valid && busy.watts).toBeLessThanOrEqual(100);
    reader.close();
  });
});

describe('the power curve', () => {
  it('goes from idle to maximum and never falls', () => {
    const curve = { idleWatts: 50, maxWatts: 250, shape: fittedShape.shape };
    expect([curveWatts(curve, 0), curveWatts(curve, 1), curveWatts(curve, -1), curveWatts(curve, 7)]).toEqual([
      50, 250, 50, 250,
    ]);
    for (let u = 0; u < 1; u += 0.01)
      expect(loadShare(u + 0.01, curve.shape)).toBeGreaterThan(loadShare(u, curve.shape));
  });

  it('says that its watts are assumed unless they are given', () => {
    expect(powerCurveOf(undefined, 96)).toMatchObject({
      idleWatts: 71,
      maxWatts: 336,
      basis: expect.stringContaining('ASSUMED'),
    });
    expect(powerCurveOf({ idleWatts: 60, maxWatts: 330 })).toMatchObject({
      idleWatts: 60,
      maxWatts: 330,
      basis: expect.not.stringContaining('ASSUMED'),
    });
  });

  const rows = readLoadRows();
  it.skipIf(rows === null)('is what the measured data give (codecarbon-rapl-vs-load)', () => {
    const fit = fitPowerCurve(rows!);
    expect(fit.shape).toBe(fittedShape.shape);
    expect(fit.errorPercent).toBeCloseTo(fittedShape.errorPercent, 1);
    expect(fit.leaveOneOutPercent).toBeCloseTo(fittedShape.leaveOneOutPercent, 1);
    expect(fit.partlyBusyPercent).toBeCloseTo(fittedShape.partlyBusyPercent, 1);
  });
});

describe('doctor', () => {
  const printed = keepPrinted();

  it('lists every zone with its place in the sum, and exits 0 when energy can be measured', async () => {
    const driver = await driven({ psys: true, core: true, mmioTwins: true, sockets: 1 });
    expect(await doctorCommand(['--json', '--powercap-root', driver.root])).toBe(0);
    const { sources, domains } = JSON.parse(printed.out);
    expect(sources).toMatchObject([
      { kind: 'powercap', usable: true, readable: true, fix: null },
      { kind: 'perf', measured: true },
      { kind: 'estimate', readable: true, measured: false },
    ]);
    expect(domains.map((d: Record<string, unknown>) => [d.id, d.readable, d.added])).toEqual([
      ['psys', true, false],
      ['package-0', true, true],
      ['core-0', true, false],
      ['dram-0', true, true],
      ['package-0@intel-rapl-mmio:0', true, false],
    ]);
    expect(domains[4].reason).toContain('the same counter as package-0');
    printed.out = '';
    expect(await doctorCommand(['--powercap-root', driver.root])).toBe(0);
    expect(printed.out).toMatch(/powercap +measured/);
  });

  it('exits 3 with a reason and a fix when energy can only be estimated', async () => {
    expect(await doctorCommand(['--powercap-root', '/nowhere'])).toBe(3);
    expect(printed.out).toMatch(/cannot be used: there are no energy counters: \/nowhere does not exist/);
    expect(printed.out).toContain('ESTIMATED');
    const still = makePowercapTree();
    cleanups.push(() => still.remove());
    const { sources, domains } = await diagnose({ powercapRoot: still.root });
    expect(sources[0]).toMatchObject({
      usable: false,
      reason: expect.stringContaining('stood still'),
      advice: expect.stringContaining('dmesg'),
      fix: expect.stringMatching(/^sudo modprobe/),
    });
    expect(domains.find((d) => d.id === 'package-1')).toMatchObject({
      added: false,
      reason: expect.stringContaining('dead'),
      fix: sources[0]!.fix,
    });
  });

  it('gives every domain that stands in the way its own fix', async () => {
    const tree = makePowercapTree();
    cleanups.push(() => tree.remove());
    writeFileSync(tree.zone('package-0').file, '');
    rmSync(path.join(tree.zone('package-1').folder, 'name'));
    const { sources, domains } = await diagnose({ powercapRoot: tree.root });
    expect(sources[0]).toMatchObject({ usable: false, readable: false, advice: expect.stringContaining('dmesg') });
    const fixOf = (zone: string) => domains.find((d) => d.path === tree.zone(zone).file)!.fix;
    expect(fixOf('package-0')).toBe(sources[0]!.fix);
    expect(fixOf('package-1')).toBe(sources[0]!.fix);
    expect(fixOf('dram-0')).toBeNull();
  });

  it('names the group, and opens the name of a zone where that is what is locked', () => {
    const fix = permissionFix(['/sys/class/powercap/intel-rapl:0/name']);
    expect(fix).toContain('chgrp rapl energy_uj max_energy_range_uj name');
  });

  it('rejects unknown options with its usage', async () => {
    await expect(doctorCommand(['--jsn'])).rejects.toMatchObject({
      name: 'CliError',
      exitCode: 2,
      message: expect.stringContaining('--powercap-root'),
    });
  });

  it('opens all zones of /sys to one group, with a rule that lasts', () => {
    const fix = permissionFix(['/sys/class/powercap/intel-rapl:0/energy_uj']);
    expect(fix).toMatch(/SUBSYSTEM=="powercap".*KERNEL=="intel-rapl\*:\*"/);
    expect(fix).toContain('/etc/udev/rules.d/');
    expect(fix).not.toMatch(/0444|a\+r|o\+r|0666/);
  });
});
