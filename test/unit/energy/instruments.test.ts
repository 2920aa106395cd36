import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { agreementOf } from '../../../src/core/energy/agreement';
import { areOfOneMachine, openInstruments } from '../../../src/energy/instruments';
import { makePmu, perfEventsMissing, type PmuOptions, pmuWatts } from '../../support/perfPmu';
import { type DriverOptions, startPowercapDriver } from '../../support/powercapTree';
import { estimatedSource, source, zonePart } from '../../support/runEvents';

const missing = perfEventsMissing();
if (missing) console.warn(`skipped: powercap beside perf (${missing})`);
const domains = ['package' as const, 'dram' as const];
const watts = { packageWatts: pmuWatts['energy-pkg'], dramWatts: pmuWatts['energy-ram'] };

async function both({ pmu: options, ...driven }: DriverOptions & { pmu?: PmuOptions } = {}) {
  const pmu = makePmu(options);
  const driver = await startPowercapDriver({ sockets: 1, ...watts, ...driven });
  onTestFinished(async () => {
    pmu.remove();
    await driver.stop();
  });
  return { env: { GREENBATCH_PERF_ROOT: pmu.folder, GREENBATCH_POWERCAP_ROOT: driver.root } };
}
const perfSource = { parts: [zonePart('package-0', { source: 'perf' })], reason: null };

describe.skipIf(missing)('both instruments', () => {
  it.each([
    ['powercap', source],
    ['perf', perfSource],
  ])('are read at once, for a run by %s', async (_, record) => {
    const { env } = await both();
    const instruments = await openInstruments(record, { measure: { domains }, env });
    const { parts, reader } = instruments!;
    onTestFinished(() => reader.close());
    expect(parts.map(({ source: kind, id }) => `${kind} ${id}`)).toEqual([
      ...['powercap package-0', 'powercap dram-0', 'perf package-0', 'perf dram-0'],
    ]);
    const first = reader.read();
    await sleep(1500);
    const { seconds, domains: compared } = agreementOf(parts, [first, reader.read()]);
    expect(seconds).toBeGreaterThan(1.4);
    // Powercap's counters are made by a process that may have to wait for a core.
    for (const { id, differencePercent } of compared) expect(Math.abs(differencePercent!), id).toBeLessThan(3);
  });

  it('are not, where one of them cannot be used, or the run measures by neither', async () => {
    const { env } = await both();
    const asked = { measure: { domains }, env };
    expect(await openInstruments(estimatedSource, asked)).toBeNull();
    const noPerf = { ...env, GREENBATCH_PERF_ROOT: '/no/pmu' };
    expect(await openInstruments(source, { ...asked, env: noPerf })).toBeNull();
    const noPowercap = { ...env, GREENBATCH_POWERCAP_ROOT: '/no/powercap' };
    expect(await openInstruments(perfSource, { ...asked, env: noPowercap })).toBeNull();
  });

  it('are powercap and the events, also for a run by the program: that is slow to be read', async () => {
    const { env } = await both();
    const instruments = await openInstruments(perfSource, { measure: { domains, perf: 'program' }, env });
    onTestFinished(() => instruments?.reader.close());
    expect(instruments!.parts.map(({ way }) => way)).toEqual([undefined, undefined, 'event', 'event']);
  });

  it('are where both may be without a domain', async () => {
    const { env } = await both({ dram: false, pmu: { events: { 'energy-pkg': 100 } } });
    const measure = { domains, allowMissing: ['dram-0'] };
    const instruments = await openInstruments(source, { measure, env });
    onTestFinished(() => instruments?.reader.close());
    expect(instruments!.parts.map(({ id }) => id)).toEqual(['package-0', 'package-0']);
  });

  it('are not where the other one cannot have what may be missing: the run is measured all the same', async () => {
    const { env } = await both({ sockets: 1 });
    const zone = join(env.GREENBATCH_POWERCAP_ROOT, 'intel-rapl/intel-rapl:0');
    writeFileSync(join(zone, 'name'), 'package-0-die-0\n');
    const measure = { domains, allowMissing: ['dram-0'] };
    expect(await openInstruments(perfSource, { measure, env })).toBeNull();
  });
});

it('are of one machine where both are the kernel’s, or both were made up', () => {
  const [made, pmu] = [{ GREENBATCH_POWERCAP_ROOT: '/a' }, { GREENBATCH_PERF_ROOT: '/b' }];
  const cases: [NodeJS.ProcessEnv, string | undefined, boolean][] = [
    [{}, undefined, true],
    [{ ...made, ...pmu }, undefined, true],
    [made, '/sys/class/powercap/', true],
    [pmu, '/c', true],
    [made, undefined, false],
    [pmu, undefined, false],
    // The kernel’s, mounted elsewhere.
    [{ GREENBATCH_PERF_ROOT: '/sys/devices' }, undefined, true],
    [{}, '/c', false],
  ];
  for (const [env, powercapRoot, expected] of cases)
    expect(areOfOneMachine({ measure: { domains, powercapRoot }, env }), JSON.stringify([env, powercapRoot])).toBe(
      expected,
    );
});
