import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeBench, quickSpec, runFolderIn } from '../support/greenbatch';
import { makePmu, perfEventsMissing, pmuWatts } from '../support/perfPmu';
import { startPowercapDriver } from '../support/powercapTree';

/** A run on events of perf that the kernel really opens and counts; what they are worth is made up. */

const missing = perfEventsMissing();
if (missing) console.warn(`skipped: a run through perf (${missing})`);

describe.skipIf(missing)('a run through perf', { timeout: 240_000 }, () => {
  let pmu: ReturnType<typeof makePmu>;
  let bench: ReturnType<typeof makeBench>;
  beforeAll(() => {
    pmu = makePmu();
    bench = makeBench({ GREENBATCH_PERF_ROOT: pmu.folder, GREENBATCH_POWERCAP_ROOT: '/no/powercap' });
  });
  afterAll(() => {
    bench.remove();
    pmu.remove();
  });

  const measured = async (measure: NonNullable<Parameters<typeof quickSpec>[1]>, instances = 1) => {
    const spec = bench.writeSpec(quickSpec({ batchSizes: [2], instances: [instances], threads: [1] }, measure));
    const result = await bench.run(['run', spec]);
    expect(result.code, result.stderr).toBe(0);
    const shown = await bench.run(['show', runFolderIn(result.stdout), '--json']);
    return { ...result, report: JSON.parse(shown.stdout) };
  };
  const watts = pmuWatts['energy-pkg'] + pmuWatts['energy-ram'];

  it('has the joules that the kernel has counted, by name', async () => {
    const { report, stderr } = await measured({ source: 'perf' });
    expect(stderr).toContain('MEASURED perf event · 1 package + 1 dram');
    const [configuration] = report.configurations;
    expect(configuration.averageWatts / watts).toBeCloseTo(1, 1);
    expect(configuration.joulesPerImage.mean).toBeGreaterThan(0);
  });

  it.skipIf(availableParallelism() < 2)('has them of several processes', async () => {
    const { report } = await measured({ source: 'perf' }, 2);
    expect(report.configurations[0].averageWatts / watts).toBeCloseTo(1, 1);
  });

  it('is what auto takes where powercap is closed, and says why', async () => {
    const { report, stderr } = await measured({ source: 'auto' });
    expect(stderr).toContain('MEASURED perf event');
    expect(report.source.reason).toContain('/no/powercap does not exist');
  });

  it('stands beside powercap where both are there, whichever of them measures: a line, and a warning beyond half a percent', async () => {
    // Powercap's counters are made by a process that may have to wait for a core: four watts more are what is meant.
    const driver = await startPowercapDriver({ sockets: 1, packageWatts: 104, dramWatts: pmuWatts['energy-ram'] });
    onTestFinished(() => driver.stop());
    for (const [source, idleSeconds] of [
      ['powercap', 2],
      ['perf', 0],
    ] as const) {
      const { report, stderr } = await measured({ source, powercapRoot: driver.root, idleSeconds });
      const { seconds, domains } = report.run.agreement;
      expect(seconds).toBeGreaterThan(idleSeconds === 0 ? 0.99 : 1.99);
      expect(Math.abs(domains[0].differencePercent - 100 * (1 - 100 / 104))).toBeLessThan(3);
      expect(Math.abs(domains[1].differencePercent)).toBeLessThan(3);
      const warning = report.run.warnings.find(({ code }: { code: string }) => code === 'instruments-disagree');
      expect(warning.message).toMatch(/package-0 took .* J by powercap and .* J by perf/);
      expect(stderr).toContain('powercap and perf do not agree over the same');
    }
  });
});
