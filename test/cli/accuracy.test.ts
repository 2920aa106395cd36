import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/core/report/report';
import type { SpecInput } from '../../src/core/spec/spec';
import { followRun, loadRun } from '../../src/runs/store/runFolder';
import { makeBench, quickSpec, runFolderIn, until } from '../support/greenbatch';

/** Energy and accuracy in one run, with official weights and COCO images that lie outside the project. */
const fixtures = process.env.GREENBATCH_FIXTURES ?? resolve(__dirname, '../../../shared/data');
const yolov5n = join(fixtures, 'weights/yolov5n/yolov5n.pt');
const dev = join(fixtures, 'coco-val2017-dev');
const coco = { images: join(dev, 'images'), annotations: join(dev, 'instances.json') };

const spec = (more: Partial<SpecInput> = {}, measure: SpecInput['measure'] = {}) =>
  quickSpec(
    { models: [yolov5n], imageSize: 320, images: { coco, count: 12 }, ...more },
    { source: 'estimate', ...measure },
  );

describe.skipIf(!existsSync(yolov5n) || !existsSync(dev))('accuracy in a run (GREENBATCH_FIXTURES)', () => {
  let bench = makeBench();
  beforeEach(() => {
    bench = makeBench();
  });
  afterEach(() => bench.remove());
  const show = async (folder: string) => JSON.parse((await bench.run(['show', folder, '--json'])).stdout) as RunReport;

  it('stands beside the joules of every batch size, and in the verdict as a limit', async () => {
    const sla = { requestLatencyMs: 60_000, arrivalRate: 0.1, minAccuracy: 0.9 };
    const models = [yolov5n, 'yolov7-tiny'];
    const result = await bench.run(['run', bench.writeSpec(spec({ models, sla }))]);
    expect(result.code, result.stderr).toBe(0);
    expect(result.stderr).toMatch(
      /accuracy of .*yolov5n\.pt: AP 0\.\d+ \(0\.\d+–0\.\d+ with other images\) on 12 images/,
    );
    expect(result.stderr).toMatch(/accuracy of yolov7-tiny is not known: its weights are random/);
    expect(result.stdout).toMatch(/images\/s.* AP +n\n.* 0\.\d{3} ± 0\.\d{3} +\d\n/);
    expect(result.stdout).toMatch(
      /yolov5n\.pt: COCO AP 0\.\d+ \(0\.\d+–0\.\d+ with other images\), AP50 0\.\d+ on 12 images; as YOLOv7 counts: mAP 0\.\d+/,
    );
    const report = await show(runFolderIn(result.stdout));
    const known = report.accuracies.find((a) => a.model === yolov5n)!;
    expect(known.accuracy!.coco.stats[0]).toBeGreaterThan(0.1);
    expect(known.accuracy!.images).toBe(12);
    expect(known.truth).toBe('instances.json');
    expect(known.accuracyInterval).toMatchObject({ images: 12, resamples: 500 });
    for (const c of report.configurations) {
      expect(c.accuracy).toBe(c.model === yolov5n ? known.accuracy!.coco.stats[0] : null);
      const judged = report.verdict.feasibility.find((f) => f.id === c.id)!;
      expect(judged.feasible).toBe(c.model === yolov5n ? 'no' : 'unresolved');
    }
    expect(report.verdict.feasibility[0]!.breaks.map((b) => b.constraint)).toEqual(['minAccuracy']);
  });

  it('is measured once, also when the run was stopped and resumed', async () => {
    const started = await bench.run(['run', bench.writeSpec(spec()), '--detach']);
    const folder = runFolderIn(started.stdout);
    const follower = followRun(folder);
    await until(() => follower.poll().some((e) => e.type === 'trial.started'));
    await bench.run(['stop', folder]);
    expect((await bench.run(['run', '--resume', folder])).code).toBe(0);
    const log: string[] = [];
    for (const again = followRun(folder); ;) {
      const events = again.poll();
      if (events.length === 0) break;
      log.push(...events.map((e) => e.type));
    }
    expect(log.filter((type) => type === 'accuracy.measured')).toHaveLength(1);
  });

  it('end to end, is part of the windows: each phase has its energy and time, and they add up', async () => {
    const result = await bench.run(['run', bench.writeSpec(spec({}, { scope: 'end-to-end' }))]);
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toContain('end to end: loading, preprocessing, inference, NMS and evaluation');
    const report = await show(runFolderIn(result.stdout));
    expect(report.run.scope).toBe('end-to-end');
    expect(report.accuracies[0]!.accuracy!.images).toBe(12);
    expect(report.accuracies[0]!.accuracyInterval).toMatchObject({ images: 12, resamples: 500 });
    for (const c of report.configurations) {
      expect(c.phases!.map((p) => p.phase)).toEqual(['load', 'preprocess', 'inference', 'nms', 'evaluation']);
      const joules = c.phases!.reduce((sum, p) => sum + p.joulesPerUnit.mean, 0);
      expect(joules / c.joulesPerUnit!.mean).toBeCloseTo(1, 6);
      const ms = c.phases!.reduce((sum, p) => sum + p.msPerUnit.mean, 0);
      // What lies between the phases is next to nothing.
      expect((ms * c.unitsPerSecond!) / 1000).toBeGreaterThan(0.9);
      expect((ms * c.unitsPerSecond!) / 1000).toBeLessThan(1.1);
    }
    const { run } = loadRun(runFolderIn(result.stdout));
    for (const window of run.trials.flatMap((t) => t.windows)) expect(window.work % 12).toBe(0);
  });

  it('says why it is not known where the classes are not those of the annotations', async () => {
    const result = await bench.run([
      'run',
      bench.writeSpec(spec({ images: { folder: coco.images, labels: './labels', count: 4 } })),
    ]);
    expect(result.stderr).toMatch(/accuracy of .* is not known: .*labels/);
    expect(result.code).toBe(0);
  });
});
