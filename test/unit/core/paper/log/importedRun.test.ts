import { describe, expect, it } from 'vitest';
import { importedRun } from '../../../../../src/core/paper/log/importedRun';
import { readPaperLog } from '../../../../../src/core/paper/log/paperLog';
import { publishedPoints } from '../../../../../src/core/paper/published';
import { reportOf } from '../../../../../src/core/report/report';
import { reportSchema } from '../../../../../src/core/report/reportSchema';
import { eventSchema, type RunEvent } from '../../../../../src/core/run/events';
import { foldRun } from '../../../../../src/core/run/fold';
import { parseSpec } from '../../../../../src/core/spec/specText';
import { cocoStats, type LoggedRun, paperLogOf, runTextOf, perfReportOf } from '../../../../support/paperLogs';

const from = {
  ...{ file: 'run.out', sha256: 'abc', runId: 'r1', program: 'greenbatch 0' },
  importer: { pid: 1, startTicks: null, bootId: null },
};
function eventsOf(text: string): RunEvent[] {
  const events = importedRun(readPaperLog(text, 'run.out')[0]!, from)!;
  return events.map((event) => eventSchema.parse({ ...event, at: 1 }));
}
const reported = (text: string) =>
  reportSchema.parse(
    JSON.parse(JSON.stringify(reportOf(foldRun(eventsOf(text)), () => [], { folder: '/x', status: 'complete' }))),
  );
const logged = (experiment: 'exp1' | 'exp2'): LoggedRun[] =>
  publishedPoints(experiment).map((p) => ({
    ...{ weights: `${p.builtinModel}.pt`, batchSize: p.batchSize, images: p.images },
    ...{ joules: p.runJoules.toFixed(2), inferenceMs: p.latencyMsPerImage.toFixed(1) },
  }));

describe('a run made of a log', () => {
  it('has the joules of the whole process by image, the watts of its wall time, and one repeat without an interval', () => {
    const { configurations, verdict, run, source } = reported(paperLogOf(logged('exp2')));
    expect(configurations.map((c) => c.joulesPerUnit?.mean)).toEqual(
      publishedPoints('exp2').map((p) => expect.closeTo(p.joulesPerImage, 9) as number),
    );
    expect(configurations[0]!.averageWatts).toBeCloseTo(255_909 / 1234.567890123, 6);
    expect(configurations[0]!.unitsPerSecond).toBeCloseTo(5000 / 1234.567890123, 6);
    expect(configurations.every((c) => c.n === 1 && c.joulesPerUnit!.low === null)).toBe(true);
    expect(verdict.kind).toBe('unresolved');
    expect(run).toMatchObject({ reproduces: 'paper-exp2', scope: 'process', blocks: 1, status: 'complete' });
    expect(source).toMatchObject({ kind: 'perf', measured: true, domains: [{ id: 'package', kind: 'package' }] });
  });

  it('is none of the paper’s experiments at another image size', () => {
    const text = paperLogOf(logged('exp2')).replaceAll('per 640x640 image', 'per 1280x1280 image');
    expect(reported(text).run.reproduces).toBeUndefined();
  });

  it('has a batch’s time at the mean pace, as one number, and no percentile', () => {
    const [b5] = reported(paperLogOf(logged('exp2'))).configurations;
    expect(b5!.batchLatencyMs).toMatchObject({ p50: null, p95: null, max: expect.closeTo(5 * 223.7, 9) as number });
  });

  it('says nothing of what the log does not: CPUs, threads, rest', () => {
    const [first] = reported(paperLogOf([{}])).configurations;
    expect(first).toMatchObject({ utilisation: null, cpuSecondsPerUnit: null, netJoulesPerUnit: null, threads: 0 });
    expect(first!.intervals).toMatchObject({ utilisation: null, cpuSecondsPerUnit: null });
    expect(first!.id).toBe('yolov7-e6e.pt b10');
  });

  it('has the accuracy of each configuration, with its own recall', () => {
    const withRecall = (recall: string) => cocoStats.map((value, i) => (i === 8 ? recall : value));
    const report = reported(paperLogOf([{ batchSize: 10, stats: withRecall('0.688') }, { batchSize: 32, stats: withRecall('0.500') }])); // prettier-ignore
    const f1 = (p: number, r: number) => expect.closeTo((2 * p * r) / (p + r), 12) as number;
    expect(report.run.imported).toMatchObject({
      format: 'paper-log',
      file: 'run.out',
      evaluations: [{ paperF1: f1(0.512, 0.688) }, { paperF1: f1(0.512, 0.5) }],
    });
    expect(report.configurations.map((c) => c.accuracy)).toEqual([0.512, 0.512]);
  });

  it('counts further runs of a configuration as repeats', () => {
    const log = paperLogOf([{}, { joules: '256,000.00' }, { joules: '257,000.00' }]);
    const { configurations, run } = reported(log);
    expect(configurations).toMatchObject([{ n: 3 }]);
    expect(run.blocks).toBe(3);
  });

  it('keeps runs that failed, with the reason and the line, and says what the head lists besides', () => {
    const failed = `EXP yolov7-e6e.pt 500\nKilled\n${perfReportOf()}`;
    const { run, configurations } = reported(`weights:yolov7-e6e.pt\nbatches:10 500 1000\n${runTextOf()}${failed}`);
    expect(run.failedTrials).toMatchObject([
      {
        configuration: 'yolov7-e6e.pt b500',
        message: expect.stringMatching(/did not come to its end.*\(line \d+ of/) as string,
      },
    ]);
    expect(configurations.map((c) => c.n)).toEqual([1, 0]);
    expect(run.warnings.map(({ message }) => message).join('\n')).toContain('yolov7-e6e.pt at batch 1000');
    expect(importedRun(readPaperLog(`weights:a\n${failed}`, 'x')[0]!, from)).toBeNull();
  });

  it('stands beside the paper only where it went over the same images', () => {
    expect(reported(paperLogOf(logged('exp1'))).run.reproduces).toBe('paper-exp1');
    const other = reported(paperLogOf(logged('exp2').map((run) => ({ ...run, images: 100 }))));
    expect(other.run.reproduces).toBeUndefined();
  });

  it('holds a valid experiment', () => {
    const [created] = eventsOf(paperLogOf(logged('exp1')));
    if (created?.type !== 'run.created') throw new Error('no run');
    const parsed = parseSpec(created.specText);
    expect(parsed.ok && parsed.spec).toEqual(created.spec);
  });
});
