import { describe, expect, it, onTestFinished } from 'vitest';
import { checkPerfProgram } from '../../../../src/energy/perf/perfProgramCheck';
import { discoverPmu } from '../../../../src/energy/perf/pmu';
import { inspectMachine } from '../../../../src/machine/machine';
import {
  makePerfProgram,
  notPermitted,
  type PerfProgramOptions,
  programWatts,
  wrapperWithoutTools,
} from '../../../support/perfProgram';
import { makeCpus, makePmu, type PmuOptions } from '../../../support/perfPmu';

const machine = { ...inspectMachine(), vendor: 'intel' } as const;

function check(options: PerfProgramOptions, pmuOptions: PmuOptions = {}, allowed: string[] = []) {
  const pmu = makePmu(pmuOptions);
  const perf = makePerfProgram(options);
  onTestFinished(() => {
    pmu.remove();
    perf.remove();
  });
  return checkPerfProgram(discoverPmu(pmu.folder), ['package', 'dram'], machine, {
    allowed,
    env: { ...process.env, GREENBATCH_PERF: perf.program },
  });
}

describe('checkPerfProgram', { timeout: 30_000 }, () => {
  it('finds the best form that this perf knows, and says what an old one is known to', () => {
    const [newest, older, oldest] = ([[], ['json'], ['json', 'control']] as const).map((without) =>
      check({ without: [...without] }),
    );
    expect(newest).toMatchObject({ usable: true, reason: null });
    expect(newest!.parts.map(({ id, way, fromOpening }) => ({ id, way, fromOpening }))).toEqual([
      { id: 'package-0', way: 'program', fromOpening: true },
      { id: 'dram-0', way: 'program', fromOpening: true },
    ]);
    expect(newest!.parts[0]!.printed).toEqual({ form: 'json', control: true, everyMs: 100, resolution: 1 });
    expect(older!.parts[0]!.printed).toMatchObject({ form: 'csv', control: true, resolution: 10_000 });
    expect(oldest!.parts[0]!.printed).toMatchObject({ form: 'csv', control: false });
    expect(oldest!.reason).toContain('± 50 ms');
  });

  it('goes without memory where the machine has no event of it, and says so', () => {
    const { parts, reason } = check({}, { events: { 'energy-pkg': 1, 'energy-cores': 1 } });
    expect(parts.map(({ id }) => id)).toEqual(['package-0']);
    expect(reason).toContain('no dram event');
  });

  it('names a counter that stands still', () => {
    const found = check({ watts: { 'energy-pkg': programWatts['energy-pkg'] } });
    expect(found).toMatchObject({ usable: false, code: 'source-dead' });
    expect(found.reason).toContain('dram-0');
    expect(found.problems.get('dram-0')).toBe('DEAD');
    expect(found.remedy.advice).toContain('measure.allowMissing: [dram-0]');
  });

  it('goes without one that may be missing, and says so', () => {
    const { usable, parts, missing } = check({ watts: { 'energy-pkg': 1 } }, {}, ['dram-0']);
    expect({ usable, missing, ids: parts.map(({ id }) => id) }).toEqual({
      ...{ usable: true, missing: ['dram-0'], ids: ['package-0'] },
    });
  });

  it('knows who may not count, and says how to', () => {
    const found = check({ refuses: notPermitted });
    expect(found).toMatchObject({ usable: false, code: 'source-permission' });
    expect(found.reason).toContain('permission denied');
  });

  it('knows Ubuntu’s perf without the tools of this kernel, and where there is none', () => {
    const found = check({ refuses: wrapperWithoutTools });
    expect(found).toMatchObject({ usable: false, code: 'source-absent' });
    expect(found.reason).toContain('no tools for the kernel');
    const none = checkPerfProgram(discoverPmu(makeFolder()), ['package'], machine, {
      env: { GREENBATCH_PERF: '/no/such/perf' },
    });
    expect(none.reason).toBe('there is no program /no/such/perf');
  });

  it('repeats what perf says else', () => {
    const found = check({ refuses: "event syntax error: 'power/energy-pkg/'\n   \\___ Cannot find PMU `power'" });
    expect(found).toMatchObject({ code: 'source-absent', remedy: { advice: null, fix: null } });
    expect(found.reason).toContain('Cannot find PMU');
  });

  it('leaves dies that share a counter to the other way', () => {
    const cpus = makeCpus({ 0: { socket: 0, die: 0 }, 1: { socket: 0, die: 1 } });
    const pmu = makePmu({ cpumask: '0-1' });
    onTestFinished(() => {
      cpus.remove();
      pmu.remove();
    });
    const found = checkPerfProgram(discoverPmu(pmu.folder, cpus.folder), ['package'], { ...machine, vendor: 'amd' });
    expect(found.code).toBe('source-partial');
    expect(found.remedy.advice).toContain('measure.perf: event');
  });
});

function makeFolder(): string {
  const pmu = makePmu();
  onTestFinished(pmu.remove);
  return pmu.folder;
}
