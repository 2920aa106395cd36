import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkPerf } from '../../../../src/energy/perf/perfCheck';
import { perf } from '../../../../src/energy/perf/perfSource';
import { defaultPmuFolder, discoverPmu } from '../../../../src/energy/perf/pmu';
import { SourceError } from '../../../../src/energy/source';
import { inspectMachine } from '../../../../src/machine/machine';
import { machineWith } from '../../../support/machines';
import { makePmu, perfEventsMissing, type PmuOptions } from '../../../support/perfPmu';

const missing = perfEventsMissing();
if (missing) console.warn(`skipped: perf as a source (${missing})`);

function asked(options: PmuOptions = {}, allowMissing: string[] = []) {
  const pmu = makePmu(options);
  onTestFinished(pmu.remove);
  const measure = { domains: ['package' as const, 'dram' as const], allowMissing };
  return { measure, env: { GREENBATCH_PERF_ROOT: pmu.folder } };
}

describe.skipIf(missing)('perf', () => {
  it('describes the events of all sockets, how and where they are read', async () => {
    const { parts, reason } = await perf.describe(asked());
    expect(reason).toBeNull();
    expect(parts.map(({ id, source, way, cpu }) => ({ id, source, way, cpu }))).toEqual([
      { id: 'package-0', source: 'perf', way: 'event', cpu: 0 },
      { id: 'dram-0', source: 'perf', way: 'event', cpu: 0 },
    ]);
  });

  it('goes without memory where the machine has no event of it, and says so', async () => {
    const { parts, reason } = await perf.describe(asked({ events: { 'energy-pkg': 10 } }));
    expect(parts.map(({ id }) => id)).toEqual(['package-0']);
    expect(reason).toContain('no dram event');
  });

  it.each([
    ['source-absent', 'ENOENT', { type: 999_999 }],
    ['source-absent', 'only psys', { events: { 'energy-psys': 10 } }],
    // PERF_COUNT_SW_ALIGNMENT_FAULTS: nothing here ever counts it.
    ['source-dead', 'stood still', { config: '0x07' }],
  ])('refuses as %s (%s)', async (code, words, options: PmuOptions) => {
    const refused = await perf.describe(asked(options)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SourceError);
    expect(refused).toMatchObject({ code, message: expect.stringContaining(words) as unknown });
  });

  it.each([
    // PERF_COUNT_SW_ALIGNMENT_FAULTS: nothing here ever counts it. And a software event that no kernel has.
    ['source-dead', 'dram-0: dead', '0x07'],
    ['source-partial', 'dram-0: it cannot be opened (ENOENT)', '0xff'],
  ])('ends with %s (%s), or goes without where it may', async (code, words, config) => {
    const memory = (allowMissing: string[]) => {
      const one = asked({}, allowMissing);
      writeFileSync(join(one.env.GREENBATCH_PERF_ROOT, 'events/energy-ram'), `event=${config}\n`);
      return perf.describe(one);
    };
    const refused = await memory([]).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code, message: expect.stringContaining(words) as unknown });
    expect((refused as Error).message).toMatch(/measure.source: perf and measure.allowMissing: \[dram-0\]\.$/);
    const { parts, missing: without } = await memory(['dram-0']);
    expect([parts.map(({ id }) => id), without]).toEqual([['package-0'], ['dram-0']]);
  });

  it('misses the socket that the kernel’s own PMU does not show, and may go without it', async () => {
    const made = makePmu();
    onTestFinished(made.remove);
    // A PMU that was made up says nothing of this machine's sockets.
    const kernels = { ...discoverPmu(made.folder), folder: defaultPmuFolder };
    const domains = ['package', 'dram'];
    const refused = await checkPerf(kernels, domains, machineWith());
    expect(refused).toMatchObject({ code: 'source-partial', reason: 'no event for package-1, dram-1' });
    const without = await checkPerf(kernels, domains, machineWith(), ['package-1', 'dram-1']);
    expect(without).toMatchObject({ usable: true, missing: ['package-1', 'dram-1'] });
  });

  it('measures nothing where all may be missing and is dead', async () => {
    const refused = await perf.describe(asked({ config: '0x07' }, ['package-0', 'dram-0'])).catch((e: unknown) => e);
    expect(refused).toMatchObject({ code: 'source-dead' });
    expect((refused as Error).message).not.toContain('allowMissing');
  });

  it('is examined domain by domain', async () => {
    const { source, domains } = await perf.diagnose(asked(), inspectMachine());
    expect(source).toMatchObject({ kind: 'perf', usable: true, reason: null, fix: null });
    expect(domains.map(({ id, readable, added }) => [id, readable, added])).toEqual([
      ['package-0', true, true],
      ['dram-0', true, true],
    ]);
  });
});
