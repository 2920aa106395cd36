import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { imageWork } from '../../../../src/core/plan/imageWork';
import { foldRun } from '../../../../src/core/run/fold';
import { parseSpec } from '../../../../src/core/spec/specText';
import { measuredSpeeds, speedsOf } from '../../../../src/engine/planning/measuredSpeeds';
import { sweep } from '../../../support/runEvents';
import { writeRun } from '../../../support/runFolders';

const workspace = mkdtempSync(join(tmpdir(), 'greenbatch-speeds-'));
afterAll(() => rmSync(workspace, { recursive: true }));

it('a run tells milliseconds an image of each trial, by the time and the work of its windows', () => {
  const run = foldRun(sweep());
  const speeds = speedsOf(run);
  expect(speeds.length).toBeGreaterThan(1);
  for (const { batchSize, msPerImage, runId } of speeds) {
    expect(runId).toBe(run.runId);
    const trials = run.trials.filter(
      (t) =>
        t.state === 'finished' && run.configurations.find((c) => c.id === t.configuration)!.batchSize === batchSize,
    );
    expect(msPerImage).toHaveLength(trials.length);
    const [window] = trials[0]!.windows;
    expect(msPerImage[0]).toBeCloseTo((window!.end.monotonicMs - window!.start.monotonicMs) / window!.work);
  }
});

it('a whole process tells the time of its images without that of its start, and an imported log tells nothing', () => {
  const run = foldRun(sweep());
  const nothing = { ms: 0, counters: [], busySeconds: 0, totalSeconds: 0 };
  for (const window of run.trials.flatMap(({ windows }) => windows)) {
    const half = (window.end.monotonicMs - window.start.monotonicMs) / 2;
    window.phases = {
      start: { ...nothing, ms: 10 },
      model: { ...nothing, ms: half - 10 },
      inference: { ...nothing, ms: half },
    };
  }
  const before = speedsOf(foldRun(sweep()));
  expect(speedsOf(run).map(({ msPerImage }) => msPerImage[0])).toEqual(
    before.map(({ msPerImage }) => expect.closeTo(msPerImage[0]! / 2, 6) as number),
  );
  run.created = { ...run.created, imported: { from: 'a log' } as never };
  expect(speedsOf(run)).toEqual([]);
});

it('a file of the same name that holds another model, then or there, tells nothing', async () => {
  const file = join(workspace, 'a', 'best.onnx');
  mkdirSync(dirname(file));
  writeFileSync(file, 'one');
  const spec = 'models: [./best.onnx, yolov7-tiny]\nbatchSizes: [1]\n';
  await writeRun(workspace, 'before', join(workspace, 'a', 'x.energy.yaml'), spec);
  const models = ['./best.onnx', 'yolov7-tiny'];
  const known = async (folder: string) =>
    (await measuredSpeeds(workspace, models, join(workspace, folder))).map(({ model }) => model);
  expect(await known('a')).toEqual(models);
  expect(await known('b')).toEqual(['yolov7-tiny']);
  mkdirSync(join(workspace, 'b'));
  writeFileSync(join(workspace, 'b', 'best.onnx'), 'one');
  expect(await known('b')).toEqual(models);
  writeFileSync(file, 'another');
  expect(await known('a')).toEqual(['yolov7-tiny']);
});

it('tells the work of its images, from its experiment’s folder', async () => {
  const text =
    'models: [yolov7-tiny]\nbatchSizes: [1]\nimages: { folder: ./val, rect: true }\nmeasure: { scope: end-to-end }\n';
  await writeRun(workspace, 'rect', join(workspace, 'c', 'x.energy.yaml'), text);
  const speeds = await measuredSpeeds(workspace, ['yolov7-tiny'], workspace);
  const parsed = parseSpec(text);
  const work = parsed.ok && imageWork(parsed.spec, (path) => join(workspace, 'c', path));
  expect(speeds.find(({ runId }) => runId === 'rect')?.work).toBe(work);
});
