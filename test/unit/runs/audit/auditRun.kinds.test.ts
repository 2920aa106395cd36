import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Configuration } from '../../../../src/core/configuration/configuration';
import { agrees } from '../../../../src/core/audit/auditText';
import { manifestText, parseManifest } from '../../../../src/core/bundle/bundleFiles';
import type { PhaseIncrements, RunEvent } from '../../../../src/core/run/events';
import { auditPath } from '../../../../src/runs/audit/auditRun';
import { unpackBundle } from '../../../../src/runs/audit/unpackBundle';
import { runBundle } from '../../../../src/runs/export/bundle';
import { buildPicturesProgram } from '../../../support/picturesProgram';
import { detection } from '../../../support/runEvents';
import { writeRun } from '../../../support/runFolders';

/** Kinds of runs that are not among the recorded ones, and the figures of a bundle. */

const place = mkdtempSync(join(tmpdir(), 'greenbatch-audited-'));
afterAll(() => rmSync(place, { recursive: true }));
let made = 0;
const newFolder = () => {
  const folder = join(place, String(made++));
  mkdirSync(folder);
  return folder;
};

const problems = ({ findings }: Awaited<ReturnType<typeof auditPath>>) =>
  findings.filter(({ level }) => level === 'problem').map(({ place: at, message }) => `${at}: ${message}`);
const differing = ({ numbers }: Awaited<ReturnType<typeof auditPath>>) =>
  numbers.filter((number) => !number.agrees).map(({ path }) => path);

type WindowEvent = Extract<RunEvent, { type: 'trial.window' }>;

/** A run of today, whose trials are numbered as an engine does, with its windows as `windowOf` makes them. */
async function runWith(
  spec: string,
  phases: string[],
  windowOf: (window: WindowEvent, trial: number, configuration: Configuration) => Partial<WindowEvent>,
): Promise<string> {
  const workspace = newFolder();
  const workload = { ...detection, phases };
  const run = await writeRun(workspace, 'run', join(workspace, 'a.energy.yaml'), spec, { workload });
  const log = join(run, 'events.jsonl');
  const numbers = new Map<number, number>();
  const of = new Map<number, Configuration>();
  let configurations: readonly Configuration[] = [];
  const lines = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((text) => {
      const event = JSON.parse(text) as RunEvent;
      if (event.type === 'run.created') ({ configurations } = event);
      if (event.type === 'trial.started') {
        numbers.set(event.trial, numbers.size + 1);
        of.set(
          event.trial,
          configurations.find(({ id }) => id === event.configuration)!,
        );
      }
      if (!('trial' in event)) return text;
      const trial = numbers.get(event.trial)!;
      const changed = event.type === 'trial.window' ? windowOf(event, trial, of.get(event.trial)!) : {};
      return JSON.stringify({ ...event, trial, ...changed });
    });
  writeFileSync(log, `${lines.join('\n')}\n`);
  return run;
}

async function bundleOf(run: string, program = ''): Promise<string> {
  const archive = join(newFolder(), 'run.zip');
  writeFileSync(archive, runBundle(run, program));
  const folder = newFolder();
  await unpackBundle(archive, folder);
  return folder;
}

/** The manifest as somebody makes it who has changed a file and says nothing of it. */
function hashAnew(bundle: string): void {
  const file = join(bundle, 'MANIFEST.sha256');
  const paths = [...parseManifest(readFileSync(file, 'utf8'))!.keys()];
  const sha256 = (path: string) =>
    createHash('sha256')
      .update(readFileSync(join(bundle, path)))
      .digest('hex');
  writeFileSync(file, manifestText(paths.map((path) => ({ path, sha256: sha256(path) }))));
}

/**
 * Changes each number of show.json at these places in its last digits.
 *
 * @returns their paths
 */
function changeNumbers(bundle: string, places: RegExp): string[] {
  const file = join(bundle, 'show.json');
  const paths: string[] = [];
  const walk = (value: unknown, path: string): unknown => {
    if (typeof value === 'number' && places.test(path)) {
      paths.push(path);
      return value === 0 ? 1e-6 : value * (1 + 1e-7);
    }
    if (Array.isArray(value)) return value.map((part, i) => walk(part, `${path}[${i}]`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, walk(part, path === '' ? key : `${path}.${key}`)]),
    );
  };
  const changed = walk(JSON.parse(readFileSync(file, 'utf8')), '');
  writeFileSync(file, JSON.stringify(changed));
  hashAnew(bundle);
  return paths;
}

/** Changes the last window of the log that holds a key. */
function changeLog(bundle: string, key: 'phases' | 'instances', change: (window: WindowEvent) => void): void {
  const file = join(bundle, 'events.jsonl');
  const lines = readFileSync(file, 'utf8').split('\n');
  const at = lines.findLastIndex((line) => line.includes('"type":"trial.window"') && line.includes(`"${key}":`));
  const window = JSON.parse(lines[at]!) as WindowEvent;
  change(window);
  writeFileSync(file, lines.with(at, JSON.stringify(window)).join('\n'));
  hashAnew(bundle);
}

describe('a run whose windows are whole processes', () => {
  const phases = ['start', 'model', 'load', 'preprocess', 'inference', 'nms', 'evaluation', 'exit'];
  const spec = 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\nmeasure: { scope: process }\n';
  /** Sixteenths of the window; inference a little otherwise in each trial. */
  const shares = [1, 2, 1, 1, 7, 1, 1, 2];
  const run = () =>
    runWith(spec, phases, ({ start, end }, trial) => ({
      phases: Object.fromEntries(
        phases.map((phase, i): [string, PhaseIncrements] => {
          const share = (shares[i]! + (phase === 'inference' ? 0.01 * Math.sin(trial) : 0)) / 16;
          const counters = end.counters.map((counter, part) => Math.round((counter! - start.counters[part]!) * share));
          const times = { busySeconds: 2 * share, totalSeconds: 4 * share };
          return [phase, { ms: (end.monotonicMs - start.monotonicMs) * share, counters, ...times }];
        }),
      ),
    }));

  it('derives in full, each phase from its counters, starting and ending too', async () => {
    const result = await auditPath(await run());
    expect([differing(result), problems(result)]).toEqual([[], []]);
    const of = (path: string) => result.numbers.find((number) => number.path === path);
    for (let phase = 0; phase < phases.length; phase++)
      for (const key of ['joulesPerUnit.mean', 'joulesPerUnit.low', 'msPerUnit.mean', 'msPerUnit.high'])
        expect(of(`configurations[1].phases[${phase}].${key}`)?.how, `${phases[phase]} ${key}`).toBe('derived');
    // The model takes two sixteenths of 2 s, over 10 images.
    expect(of('configurations[0].phases[1].msPerUnit.mean')!.derived).toBeCloseTo(25, 9);
  });

  it('with numbers of phases that were changed, or counters of a phase, is found', async () => {
    const bundle = await bundleOf(await run());
    expect(agrees(await auditPath(bundle))).toBe(true);
    const changed = changeNumbers(bundle, /\.phases\[\d\]\.(?:joulesPer|ms)\w+\.(?:mean|low|high)$/);
    expect(changed.length).toBeGreaterThan(60);
    expect(differing(await auditPath(bundle)).sort()).toEqual(changed.sort());
    const other = await bundleOf(await run());
    changeLog(other, 'phases', ({ phases: of }) => (of!.exit!.counters[0]! += 1000));
    const found = differing(await auditPath(other));
    expect(found).toContain('configurations[1].phases[7].joulesPerUnit.mean');
    expect(found.every((path) => path.startsWith('configurations[1].phases'))).toBe(true);
  });
});

describe('a run of several processes', () => {
  const spec = 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\ninstances: [1, 2]\nthreads: [1]\n';
  /** Two processes share ten images; the second is slower, and how much hangs on the trial. */
  const run = () =>
    runWith(spec, detection.phases, (_, trial, { instances }) => {
      if (instances === 1) return {};
      const [one, other] = [
        [600, 620, 640],
        [900 + 10 * Math.cos(trial), 950],
      ];
      const share = (work: number, kept: number) => ({ work, cpuSeconds: 1, batches: kept, kept });
      return { batchMs: [...one, ...other], instances: [share(6, 3), share(4, 2)] };
    });

  it('derives in full, how far its processes are apart too', async () => {
    const result = await auditPath(await run());
    expect([differing(result), problems(result)]).toEqual([[], []]);
    const several = result.numbers.filter(({ path }) => path.includes('.instanceSpreadPercent.'));
    expect(several.length).toBeGreaterThan(3);
    for (const { how, path } of several) expect(how, path).toBe('derived');
    const instances = result.numbers.filter(({ path }) => /^configurations\[\d\]\.instances$/.test(path));
    expect(instances.map(({ how, stated }) => [how, stated])).toContainEqual(['recorded', 2]);
  });

  it('with numbers that were changed, or a batch that another process is said to have run, is found', async () => {
    const bundle = await bundleOf(await run());
    expect(agrees(await auditPath(bundle))).toBe(true);
    const changed = changeNumbers(bundle, /\.(?:instanceSpreadPercent\.(?:mean|low|high)|instances)$/);
    expect(changed.length).toBeGreaterThan(6);
    expect(differing(await auditPath(bundle)).sort()).toEqual(changed.sort());
    const other = await bundleOf(await run());
    changeLog(other, 'instances', ({ instances }) => {
      [instances![0]!.kept, instances![1]!.kept] = [2, 3];
    });
    const found = differing(await auditPath(other));
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((path) => path.includes('.instanceSpreadPercent.'))).toBe(true);
  });
});

describe('the figures of a bundle', () => {
  const program = join(place, 'program');
  const fixture = resolve(import.meta.dirname, '../../../fixtures/format1/end-to-end');
  let bundle: string;
  let figures: string[];
  beforeAll(() => buildPicturesProgram(program));
  beforeEach(async () => {
    bundle = await bundleOf(fixture, program);
    figures = readdirSync(join(bundle, 'figures'));
  });

  it('are those that the program draws of the log', async () => {
    expect(figures.length).toBeGreaterThan(3);
    const result = await auditPath(bundle, program);
    expect([agrees(result), problems(result)]).toEqual([true, []]);
  });

  it('are found where a number in one was changed, whatever the manifest says', async () => {
    for (const name of figures) {
      const file = join(bundle, 'figures', name);
      const svg = readFileSync(file, 'utf8');
      const changed = svg.replace(/(>[^<]*)\d(?=[^<>]*<\/text>)/, '$1X');
      expect(changed, name).not.toBe(svg);
      writeFileSync(file, changed);
    }
    const found = (await auditPath(bundle, program)).findings.filter(({ check }) => check === 'manifest');
    expect(found.map(({ place: at }) => at).sort()).toEqual(figures.map((name) => `figures/${name}`).sort());
    hashAnew(bundle);
    expect(problems(await auditPath(bundle, program)).sort()).toEqual(
      figures.map((name) => `figures/${name}: it is not what this program, which made it, says of the log`).sort(),
    );
  });

  it('are found where one was taken out or put in, whatever the manifest says', async () => {
    const [first] = figures;
    writeFileSync(join(bundle, 'figures', 'made-up.svg'), '<svg/>');
    rmSync(join(bundle, 'figures', first!));
    const manifest = join(bundle, 'MANIFEST.sha256');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(`figures/${first}`, 'figures/made-up.svg'));
    hashAnew(bundle);
    expect(problems(await auditPath(bundle, program))).toEqual([
      `figures/${first}: the figure is missing`,
      'figures/made-up.svg: no figure that this program, which made the bundle, draws of the log',
    ]);
  });

  it('are not asked for where the program has nothing that draws them', async () => {
    expect(agrees(await auditPath(bundle))).toBe(true);
  });
});
