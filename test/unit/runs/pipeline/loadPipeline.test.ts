import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf } from '../../../../src/core/failure/expectedError';
import { loadPipeline } from '../../../../src/runs/pipeline/loadPipeline';
import { writeRun } from '../../../support/runFolders';

const fixtures = resolve(import.meta.dirname, '../../../fixtures');
const option = 'variant: v, accuracy: 1, cores: 1, latencySeconds: 0.1, throughput: 9, joulesPerRequest: 1';
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-pipeline-'));
  mkdirSync(join(folder, '.greenbatch'));
  const spec = 'models: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\n';
  const environment = { physicalCores: 4 };
  await writeRun(folder, '20261123-080000-first', join(folder, 'a.energy.yaml'), spec, { environment });
  await writeRun(folder, '20261124-080000-second', join(folder, 'b.energy.yaml'), spec, {
    measured: false,
    environment,
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file with one stage of these profiles, and what it comes to. */
function loaded(profiles: string, rest = 'accuracies: { yolov7-tiny: 0.374 }', head = 'load: 20\nslaSeconds: 2\n') {
  const path = join(folder, 'one.pipeline.yaml');
  writeFileSync(path, `${head}stages:\n  - name: a\n    profiles: ${profiles}\n    ${rest}\n`);
  return loadPipeline(path);
}
const missing = (profiles: string) => loaded(profiles).stages[0]!.missing?.message;
const refusal = (load: () => unknown) => {
  try {
    load();
  } catch (error) {
    return failureOf(error);
  }
  return null;
};

describe('a pipeline of recorded runs', () => {
  const path = join(fixtures, 'pipeline/two-stages.pipeline.yaml');
  /** As the release before said it, whose words were those of images. */
  type Shown = {
    run: { idleWatts: number };
    configurations: {
      model: string;
      batchSize: number;
      accuracy: number | null;
      imagesPerSecond: number;
      netJoulesPerImage: { mean: number };
      batchLatencyMs: { p99: number | null; max: number };
    }[];
  };
  const shown = (name: string) =>
    JSON.parse(readFileSync(join(fixtures, 'format1', name, 'show.json'), 'utf8')) as Shown;

  test('has the numbers that show has of them', () => {
    const { problem, stages, name, load } = loadPipeline(path);
    expect(stages.map((stage) => stage.missing)).toEqual([null, null]);
    expect(name).toBe('two stages');
    expect(load).toMatchObject({ kind: 'trace', file: './minute.csv' });
    expect(problem!.load).toBe(40);
    const { run, configurations } = shown('accuracy');
    expect(problem!.stages[0]!.options).toHaveLength(configurations.length);
    problem!.stages[0]!.options.forEach((option, i) => {
      const c = configurations[i]!;
      expect(option).toMatchObject({ variant: c.model.replace('./', ''), batch: c.batchSize, cores: 2 });
      expect(option.throughput).toBeCloseTo(c.imagesPerSecond, 9);
      expect(option.joulesPerRequest).toBeCloseTo(c.netJoulesPerImage.mean, 9);
      expect(option.idleWattsPerCore! * 2).toBeCloseTo(run.idleWatts, 9);
      expect(option.latencySeconds).toBeCloseTo((c.batchLatencyMs.p99 ?? c.batchLatencyMs.max) / 1000, 9);
      expect(option.accuracy).toBeCloseTo(c.accuracy ?? 0.374, 9);
    });
  });

  test('tells one core count from the other, and what was read from a table', () => {
    const { stages, notes } = loadPipeline(path);
    expect(stages[1]!.variants).toEqual([
      { variant: 'yolov7-tiny', accuracy: 0.374, batches: [1, 4, 16], cores: 1 },
      { variant: 'yolov7-tiny', accuracy: 0.374, batches: [1, 4, 16], cores: 2 },
      { variant: 'yolov7', accuracy: 0.514, batches: [1, 4], cores: 2 },
    ]);
    expect(stages[1]!.sources).toEqual([
      expect.stringMatching(/^measured: run .*finished.*, powercap of package-0 \+ dram-0 \+ package-1 \+ dram-1$/),
      'imported: ./large.csv',
    ]);
    expect(notes.join('\n')).toContain('the machine drifted');
  });
});

describe('profiles', () => {
  test('are runs by folder, by id, by the beginning of one, and the latest', () => {
    const source = (run: string) => loaded(`[{ run: ${run} }]`).stages[0]!.sources[0];
    expect(source('./.greenbatch/runs/20261123-080000-first')).toMatch(/^measured/);
    expect(source('20261123-080000-first')).toMatch(/^measured/);
    expect(source('"20261123"')).toMatch(/^measured/);
    expect(source('latest')).toMatch(/^estimated/);
  });

  test('that are not there, or cannot be read, are missing: nothing is thrown', () => {
    mkdirSync(join(folder, 'empty'), { recursive: true });
    writeFileSync(join(folder, 'bad.csv'), 'variant,batch\n');
    expect(missing('[{ run: nowhere }]')).toMatch(/no run "nowhere"/);
    expect(missing('[{ run: "2026112" }]')).toMatch(/fits several runs/);
    expect(missing('[{ run: empty }]')).toMatch(/holds no run/);
    expect(missing('[{ table: none.csv }]')).toMatch(/ENOENT/);
    expect(missing('[{ table: empty }]')).toMatch(/is no regular file/);
    expect(missing('[{ table: bad.csv }]')).toMatch(/^bad.csv: line 1: without the columns cores/);
    expect(missing('[]')).toMatch(/it has no profile/);
  });

  test('of measured and of estimated runs are not added', () => {
    expect(missing('[{ run: latest }, { table: none.csv }]')).toMatch(/ENOENT/);
    const path = join(folder, 'mixed.pipeline.yaml');
    const stage = (name: string, run: string) =>
      `  - { name: ${name}, profiles: [{ run: ${run} }], accuracies: { yolov7-tiny: 1 } }\n`;
    writeFileSync(
      path,
      `load: 1\nslaSeconds: 9\nstages:\n${stage('a', '20261123-080000-first')}${stage('b', 'latest')}`,
    );
    const { problem, stages } = loadPipeline(path);
    expect(problem).toBeNull();
    expect(stages.map((one) => one.missing?.line)).toEqual([undefined, 4]);
    expect(stages[1]!.missing!.message).toMatch(/estimated.*measure.source: powercap/);
  });

  test('in the file are as they are', () => {
    const { problem, stages, name } = loaded(`[{ options: [{ ${option}, batch: 2 }] }]`);
    expect(name).toBe('one');
    expect(stages[0]!.sources).toEqual(['1 option in the file']);
    expect(problem!.stages[0]!.options[0]).toMatchObject({ variant: 'v', batch: 2, accuracy: 1 });
  });
});

describe('refused, with the way out', () => {
  test.each([
    ['slaSeconds: 2\nlod: 1\n', /one\.pipeline\.yaml:2:1 lod: unknown key: did you mean load\?/],
    ['slaSeconds: 2\nload: { trace: none.csv }\n', /load\.trace cannot be read: ENOENT/],
    ['slaSeconds: 2\nload: { trace: ./bad.csv }\n', /load\.trace: \.\/bad\.csv: it has no value/],
  ])('%j', (head, message) => {
    writeFileSync(join(folder, 'bad.csv'), 'variant,batch\n');
    expect(refusal(() => loaded('[]', '', head))).toMatchObject({
      code: 'pipeline',
      message: expect.stringMatching(message),
    });
  });

  test('a file that is not there, is a folder, or is larger than any', () => {
    expect(refusal(() => loadPipeline(join(folder, 'none.pipeline.yaml')))).toMatchObject({ code: 'pipeline' });
    expect(refusal(() => loadPipeline(folder))).toMatchObject({ code: 'file-not-regular' });
    writeFileSync(join(folder, 'large.pipeline.yaml'), '#'.repeat(600_000));
    expect(refusal(() => loadPipeline(join(folder, 'large.pipeline.yaml')))).toMatchObject({ code: 'file-too-large' });
  });
});
