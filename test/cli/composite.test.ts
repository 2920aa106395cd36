import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpecInput } from '../../src/core/spec/spec';
import { makeBench, quickSpec, runFolderIn } from '../support/greenbatch';
import { buildOwnProgram } from '../support/ownProgram';
import { type PowercapDriver, startPowercapDriver } from '../support/powercapTree';
import { guessWatts, meterWatts } from '../support/testSources';

/** Sources that no file below src names, one source with powercap: run, show, export, compare, doctor. */

const cpuWatts = 120;
let own: Awaited<ReturnType<typeof buildOwnProgram>>;
let driver: PowercapDriver;
let bench: ReturnType<typeof makeBench>;
/** Of the runs, by name. */
const folders: Record<string, string> = {};

beforeAll(async () => {
  own = await buildOwnProgram({ 'src/energy/sources.ts': 'test/support/testSources.ts' });
  driver = await startPowercapDriver({ sockets: 1, packageWatts: 100, dramWatts: 20 });
  bench = makeBench({ GREENBATCH_POWERCAP_ROOT: driver.root }, own.program);
});
afterAll(async () => {
  bench.remove();
  await driver.stop();
  own.remove();
});

const specWith = (source: NonNullable<SpecInput['measure']>['source'], name: string) =>
  bench.writeSpec(quickSpec({ batchSizes: [2], name }, { source }), `${name}.energy.yaml`);

async function measured(source: string[], name: string) {
  const result = await bench.run(['run', specWith(source, name)]);
  expect(result.code, result.stderr).toBe(0);
  const folder = (folders[name] = runFolderIn(result.stdout));
  const stdout = async (...args: string[]) => {
    const { code, stdout, stderr } = await bench.run(args);
    expect(code, stderr).toBe(0);
    return stdout;
  };
  const report = JSON.parse(await stdout('show', folder, '--json'));
  const [configuration] = report.configurations;
  return {
    ...{ folder, report, configuration, progress: result.stderr, text: await stdout('show', folder) },
    csv: (await stdout('export', folder, '--format', 'csv')).split('\r\n').map((line) => line.split(',')),
    markdown: await stdout('export', folder, '--format', 'markdown'),
  };
}

const column = ([heads, row]: string[][], name: string) => row![heads!.indexOf(name)];
/** The driver is a process like others: on a busy machine its counters lag. What would be wrong is off by 50 %. */
const mostPercent = 12;
const within = (value: number, expected: number) =>
  expect(Math.abs(value / expected - 1) * 100, `${value} is not ${expected}`).toBeLessThan(mostPercent);

it('no file below src names the sources of this test', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((name) => /testmeter|testguess/.test(readFileSync(join('src', name), 'utf8')))).toEqual([]);
});

describe('a measured source beside powercap', () => {
  it('is in every number, and in every label', async () => {
    const {
      report,
      configuration: c,
      text,
      csv,
      markdown,
      progress,
    } = await measured(['powercap', 'testmeter'], 'both');
    const label = 'MEASURED powercap + testmeter · 1 package + 1 dram + 1 accelerator';
    for (const surface of [text, markdown, progress]) expect(surface).toContain(label);
    expect(text).toContain('gross energy of package-0 + dram-0 + accelerator-0');
    for (const surface of [text, markdown, csv.join()]) expect(surface).not.toMatch(/estimate|est\.\)/);
    expect(column(csv, 'energy source')).toBe('measured powercap + testmeter');
    expect(column(csv, 'domains')).toBe('package-0 + dram-0 + accelerator-0');

    expect(report.source).toMatchObject({ kind: 'powercap + testmeter', measured: true, curve: null });
    expect(report.source.domains.at(-1)).toMatchObject({
      ...{ id: 'accelerator-0', kind: 'accelerator', socket: null, path: null, added: true, rangeMicrojoules: 20e6 },
    });
    expect(report.source.parts.at(-1)).toMatchObject({
      ...{ source: 'testmeter', measured: true, unit: 'millijoules', range: 20_000 },
      scope: { of: 'accelerator', number: 0 },
    });
    within(c.averageWatts, cpuWatts + meterWatts);
    within(c.joulesPerImage.mean * c.imagesPerSecond, cpuWatts + meterWatts);
    within(report.run.idleWatts, cpuWatts + meterWatts);
    expect(c.partlyEstimatedJoulesPerImage).toBeNull();
    expect(column(csv, 'total energy PARTLY ESTIMATED (J/image)')).toBe('');
  });
});

describe('an estimated source beside powercap', () => {
  it('is in no measured number, and in a total that says PARTLY ESTIMATED', async () => {
    const { report, configuration: c, text, csv, markdown } = await measured(['powercap', 'testguess'], 'guessed');
    const label = 'MEASURED powercap · 1 package + 1 dram; beside it ESTIMATED by testguess · 1 accelerator';
    for (const surface of [text, markdown]) expect(surface).toContain(label);
    expect(text).toContain('accelerator-0 is estimated and only in the total that says PARTLY ESTIMATED');
    expect(text).toMatch(/J\/image +PARTLY ESTIMATED total/);
    expect(markdown).toContain('| total J/image (PARTLY ESTIMATED) |');
    expect(column(csv, 'energy source')).toBe('measured powercap');
    expect(column(csv, 'domains')).toBe('package-0 + dram-0');

    expect(report.source).toMatchObject({ kind: 'powercap + testguess', measured: true });
    expect(report.source.domains.map((d: { id: string; added: boolean }) => [d.id, d.added])).toEqual([
      ...[
        ['package-0', true],
        ['dram-0', true],
        ['accelerator-0', false],
      ],
    ]);
    expect(report.source.parts.at(-1)).toMatchObject({ measured: false, added: true, curve: { basis: 'guessed' } });
    within(c.averageWatts, cpuWatts);
    within(c.joulesPerImage.mean * c.imagesPerSecond, cpuWatts);
    within(report.run.idleWatts, cpuWatts);
    const total = c.partlyEstimatedJoulesPerImage.mean;
    const beside = (total - c.joulesPerImage.mean) * c.imagesPerSecond;
    expect(beside).toBeGreaterThan(0.9 * guessWatts.idle);
    expect(beside).toBeLessThan(1.1 * guessWatts.max);
    expect(Number(column(csv, 'total energy PARTLY ESTIMATED (J/image)'))).toBeCloseTo(total, 9);
    // Two repeats give no verdict, and none is by the total.
    expect(JSON.stringify(report.verdict)).not.toContain('partlyEstimated');
  });

  it('is not compared with a run that measured it', async () => {
    const refused = await bench.run(['compare', folders.guessed!, folders.both!]);
    expect(refused.code).toBe(8);
    expect(refused.stdout).toContain('set the same measure.source and measure.domains');
  });
});

it('takes the kinds that there are, and tells of others with their place', async () => {
  const unknown = await bench.run(['run', specWith(['powercap', 'testmetre'], 'unknown')]);
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  expect(unknown.stderr).toMatch(
    /unknown\.energy\.yaml:\d+:\d+ measure\.source\[1\]: there is no energy source "testmetre": did you mean testmeter\? \(allowed: powercap, testmeter, testguess or estimate\)/,
  );
});

it('says in the doctor whatever sources there are', async () => {
  const { code, stdout } = await bench.run(['doctor']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}testmeter +measured$/m);
  expect(stdout).toMatch(/^ {2}testguess +ESTIMATED, without counters$/m);
  expect(stdout).toContain(`Counters below ${driver.root}\n  package-0          added`);
  expect(stdout).toMatch(/Counters of the test meter\n {2}accelerator-0 +added\s*\n/);
  expect(stdout).toContain('The test meter is not there.');
  const json = JSON.parse((await bench.run(['doctor', '--json'])).stdout);
  expect(json.sources.map((s: { kind: string }) => s.kind)).toEqual(['powercap', 'testmeter', 'testguess', 'estimate']);
  expect(json.domains.at(-1)).toMatchObject({ source: 'testmeter', id: 'accelerator-0', path: null });
});
