import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf } from '../../../../src/core/failure/expectedError';
import { emptyMemory, loadPipeline } from '../../../../src/runs/pipeline/loadPipeline';
import { areAsSeen } from '../../../../src/runs/pipeline/seenFiles';
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
    const kinds = ['[{ run: nowhere }]', '[{ table: none.csv }]', '[{ table: empty }]', '[{ table: bad.csv }]'];
    expect(kinds.map((profiles) => loaded(profiles).stages[0]!.missing!.kind)).toEqual([
      ...['unprofiled', 'unprofiled', 'wrong', 'wrong'],
    ]);
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

describe('what was read', () => {
  const head = 'variant,batch,accuracy,cores,latencySeconds,throughput,joulesPerRequest\n';
  const row = (variant: string) => `${variant},1,1,1,0.1,9,1\n`;
  const pipeline = (stages: string) => {
    const path = join(folder, 'kept.pipeline.yaml');
    writeFileSync(path, `load: { trace: ./t.csv }\nslaSeconds: 2\nstages:\n${stages}`);
    return path;
  };

  test('is not read again by the next look, unless it is another one', () => {
    writeFileSync(join(folder, 't.csv'), '1\n2\n');
    writeFileSync(join(folder, 'a.csv'), head + row('v'));
    writeFileSync(join(folder, 'b.csv'), head + row('w'));
    const [twice, late] = ['[{ table: a.csv }, { table: ./b.csv }]', '[{ table: late.csv }]'];
    const path = pipeline(`  - { name: a, profiles: ${twice} }\n  - { name: b, profiles: ${late} }\n`);
    const memory = emptyMemory();
    loadPipeline(path, memory);
    const read = () => ['a.csv', 'b.csv'].map((name) => memory.profiles.get(join(folder, name))!.found);
    const before = read();
    expect(areAsSeen(memory.seen)).toBe(true);
    writeFileSync(join(folder, 'b.csv'), head + row('w') + row('longer'));
    expect(areAsSeen(memory.seen)).toBe(false);
    expect(loadPipeline(path, memory).stages[0]!.variants.map(({ variant }) => variant)).toEqual(['v', 'w', 'longer']);
    expect(read().map((found, i) => found === before[i])).toEqual([true, false]);
    for (const [file, text] of [
      ['late.csv', head + row('x')],
      ['t.csv', '1\n2\n30\n'],
    ] as const) {
      writeFileSync(join(folder, file), text);
      expect(areAsSeen(memory.seen)).toBe(false);
      loadPipeline(path, memory);
    }
    expect(loadPipeline(path, memory)).toMatchObject({ terms: { load: 30 }, stages: [{}, { missing: null }] });
  });

  test('of a run is its log, and of an id the runs that there are', async () => {
    const path = join(folder, 'runs.pipeline.yaml');
    const stage = 'profiles: [{ run: latest }], accuracies: { yolov7-tiny: 1 }';
    writeFileSync(path, `load: 1\nslaSeconds: 9\nstages: [{ name: a, ${stage} }]\n`);
    const memory = emptyMemory();
    expect(loadPipeline(path, memory).stages[0]!.sources[0]).toMatch(/^estimated/);
    const spec = 'models: [yolov7-tiny]\nbatchSizes: [1]\n';
    const run = await writeRun(folder, '20261125-080000-third', join(folder, 'c.energy.yaml'), spec, {
      environment: { physicalCores: 4 },
    });
    expect(areAsSeen(memory.seen)).toBe(false);
    expect(loadPipeline(path, memory).stages[0]!.sources[0]).toMatch(/^measured/);
    writeFileSync(join(run, 'events.jsonl'), 'damaged\n');
    expect(areAsSeen(memory.seen)).toBe(false);
    expect(loadPipeline(path, memory).stages[0]!.missing).not.toBeNull();
    rmSync(run, { recursive: true });
  });

  test('is bounded: of a stage that has too many options, and of all tables together', () => {
    writeFileSync(join(folder, 't.csv'), '1\n');
    const many = head + Array.from({ length: 6000 }, (_, i) => row(`v${i}`)).join('');
    for (const name of ['m1.csv', 'm2.csv', 'm3.csv']) writeFileSync(join(folder, name), many);
    const memory = emptyMemory();
    const tables = '[{ table: m1.csv }, { table: m2.csv }, { table: m3.csv }]';
    const { stages } = loadPipeline(pipeline(`  - { name: a, profiles: ${tables} }\n`), memory);
    expect(stages[0]!.missing!.message).toMatch(/^it has more than 10000 options in all/);
    expect([...memory.profiles.keys()]).toEqual([join(folder, 'm1.csv'), join(folder, 'm2.csv')]);
    const names = Array.from({ length: 10 }, (_, i) => `blank${i}.csv`);
    for (const name of names) writeFileSync(join(folder, name), '\n'.repeat(3_900_000));
    const blank = pipeline(`  - { name: a, profiles: [${names.map((table) => `{ table: ${table} }`).join(', ')}] }\n`);
    loadPipeline(blank, memory);
    expect(memory.profiles.size).toBe(9);
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
