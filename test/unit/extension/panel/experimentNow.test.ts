import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { recogniseConfig } from '../../../../src/core/configFiles/recognise';
import { specSchema } from '../../../../src/core/spec/spec';
import { parseSpec } from '../../../../src/core/spec/specText';
import { experimentNow } from '../../../../src/extension/panel/experimentNow';
import { findLastResult } from '../../../../src/runs/index/lastResult';
import { createRunIndex } from '../../../../src/runs/index/runIndex';
import { listRunFolders, loadRun } from '../../../../src/runs/store/runFolder';
import { writeRun } from '../../../support/runFolders';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-now-'));
afterAll(() => rmSync(folder, { recursive: true }));

const specText =
  '# mine\nname: a\nmodels: [./m.onnx]\nbatchSizes: [1, 2]\ncurrent: { batchSize: 1 }\n' +
  'images: { generated: {} }\naccuracy: { images: 50 }\nmeasure: { seed: 1, equivalencePercent: 1 }\n';
const specFile = join(folder, 'a.energy.yaml');
writeFileSync(join(folder, 'm.onnx'), 'one');
const runFolder = await writeRun(folder, 'r1', specFile, specText);
const { created } = loadRun(runFolder).run;
const unchanged = { stale: false, judgedAnew: false, inUse: { batchSize: 1 } };
const now = (text: string) => {
  writeFileSync(specFile, text);
  return experimentNow(created);
};
const index = createRunIndex();
/** What the lens above the file says. */
const lens = async (text: string) => {
  const last = await findLastResult(recogniseConfig(specFile, text)!, specFile, index, listRunFolders(folder));
  return last?.state;
};

it('is as it was without a change, and says what is in use', async () => {
  expect(await now(specText)).toEqual(unchanged);
});

it('is not stale for the suggestion that was applied, another name or a comment', async () => {
  expect(await now(specText.replace('batchSize: 1', 'batchSize: 2'))).toEqual({
    ...unchanged,
    inUse: { batchSize: 2 },
  });
  expect(await now(specText.replace('name: a', 'name: b').replace('# mine\n', ''))).toEqual(unchanged);
  expect(await now(specText.replace(/current.*\n/, ''))).toEqual({ ...unchanged, inUse: null });
});

it('says that the limit, the weights or the margin are others, which make no measurement old', async () => {
  for (const text of [
    `${specText}sla: { requestLatencyMs: 100, arrivalRate: 1 }\n`,
    `${specText}preferences: { latency: 1 }\n`,
    specText.replace('equivalencePercent: 1', 'equivalencePercent: 2'),
  ]) {
    expect(await now(text), text).toEqual({ ...unchanged, judgedAnew: true });
    expect(await lens(text), text).toBe('current');
  }
});

it('is stale when it asks for something else, or cannot be understood any more', async () => {
  for (const text of [
    specText.replace('[1, 2]', '[1, 4]'),
    specText.replace('seed: 1', 'seed: 2'),
    specText.replace('seed: 1', 'windowSeconds: 9'),
    specText.replace('seed: 1', 'source: powercap'),
    specText.replace('seed: 1', 'source: powercap, allowMissing: [dram-1]'),
    specText.replace('images: 50', 'images: 60'),
    specText.replace('images: 50', 'measure: false'),
    specText.replace('generated: {}', 'generated: { seed: 7 }'),
    `${specText}threads: [2]\n`,
  ]) {
    expect((await now(text)).stale, text).toBe(true);
    expect(await lens(text), text).toBe('stale');
  }
  expect(await now('models: [')).toEqual({ stale: true, judgedAnew: null, inUse: null });
});

it('is stale once a model it names has changed, as above the file', async () => {
  writeFileSync(join(folder, 'm.onnx'), 'another');
  expect([(await now(specText)).stale, await lens(specText)]).toEqual([true, 'stale']);
  writeFileSync(join(folder, 'm.onnx'), 'one');
  expect([(await now(specText)).stale, await lens(specText)]).toEqual([false, 'current']);
});

it('each key of an experiment is measured, judged by, or says what there is today', async () => {
  const parsed = parseSpec(specText);
  if (!parsed.ok) throw new Error('not valid');
  const other: Record<string, string> = {
    workload: 'workload: another',
    settings: 'settings: { command: another }',
    models: 'models: [yolov7]',
    weightsFile: 'weightsFile: ./w.pt',
    batchSizes: 'batchSizes: [3]',
    imageSize: 'imageSize: 320',
    images: 'images: { generated: { count: 3 } }',
    instances: 'instances: [3]',
    threads: 'threads: [3]',
    split: 'split: auto',
    spinning: 'spinning: [false]',
    measure: 'measure: { windows: 3 }',
    accuracy: 'accuracy: { images: 3 }',
    sla: 'sla: { requestLatencyMs: 100, arrivalRate: 1 }',
    search: 'search: { maxTrialsPercent: 30 }',
    preferences: 'preferences: { latency: 1 }',
  };
  // Of what a run is called, and which published one it stands beside, no value and no verdict is made.
  const words = ['name', 'reproduces', 'current'];
  for (const key of Object.keys(specSchema.shape).filter((k) => !words.includes(k))) {
    const line = other[key];
    expect(line, `say here what a change of ${key} means`).toBeDefined();
    const lines = specText.split('\n').filter((l) => !l.startsWith(`${key}:`));
    const { stale, judgedAnew } = await now(`${lines.join('\n')}${line}\n`);
    expect(stale || judgedAnew, key).toBe(true);
  }
});

it('knows nothing without a file', async () => {
  const unknown = { stale: null, judgedAnew: null, inUse: null };
  expect(await experimentNow(undefined)).toEqual(unknown);
  expect(await experimentNow({ ...created, specFile: null })).toEqual(unknown);
  expect(await experimentNow({ ...created, specFile: join(folder, 'gone') })).toEqual(unknown);
});

it('is judged by what the run took from a serving config, until it says something of its own', async () => {
  const sla = { requestLatencyMs: 100, percentile: 95, arrivalRate: 1 };
  const text = `${specText}sla: { requestLatencyMs: 100, arrivalRate: 1 }\n`;
  const judged = { ...sla, batching: 'when-free', batchTimeoutMs: 5 } as const;
  const served = { sla: judged, taken: ['batching', 'batchTimeoutMs'] };
  const run = loadRun(await writeRun(folder, 'served', specFile, text, { served })).run;
  const anew = async (changed: string) => {
    writeFileSync(specFile, changed);
    return (await experimentNow(run.created)).judgedAnew;
  };
  expect(await anew(text)).toBe(false);
  expect(
    await anew(text.replace('arrivalRate: 1 }\n', 'arrivalRate: 1, batching: when-free, batchTimeoutMs: 5 }\n')),
  ).toBe(false);
  expect(await anew(text.replace('arrivalRate: 1 }\n', 'arrivalRate: 1, batching: full }\n'))).toBe(true);
  expect(await anew(text.replace('100', '200'))).toBe(true);
});
