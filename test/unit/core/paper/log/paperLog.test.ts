import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPaperLog } from '../../../../../src/core/paper/log/paperLog';
import { cocoStats, paperLogOf, perfReportOf, runTextOf, testOutputOf } from '../../../../support/paperLogs';

const read = (text: string) => readPaperLog(text, 'run.out');
const only = (text: string) => read(text)[0]!.runs[0]!.outcome;
const head = 'weights:yolov7-e6e.pt\nbatches:10\n';

describe('a log of the paper’s scripts', () => {
  it('tells of each run what it did, took and got right', () => {
    expect(read(paperLogOf([{}]))).toEqual([
      {
        line: 1,
        weights: ['yolov7-e6e.pt'],
        batchSizes: [10],
        runs: [
          {
            line: 3,
            ...{ weights: 'yolov7-e6e.pt', batchSize: 10 },
            outcome: {
              energy: { domains: [{ name: 'package', joules: 255_909.12 }], seconds: 1234.567890123, warnings: [] },
              work: {
                ...{ images: 500, labels: 3636, imageSize: { height: 640, width: 640 } },
                ...{ inferenceMs: 321.1, nmsMs: 5.3, suppressionsGivenUp: 0 },
                yolov7: { P: 0.735, R: 0.632, mAP50: 0.686, mAP: 0.498 },
                coco: cocoStats.map(Number),
              },
            },
          },
        ],
      },
    ]);
  });

  it('gives each run its own recall of 100 detections, whatever others stand around it', () => {
    const withRecall = (recall: string) => cocoStats.map((value, i) => (i === 8 ? recall : value));
    const runs = read(paperLogOf(['0.610', '0.620', '0.630'].map((recall, i) => ({ batchSize: i + 1, stats: withRecall(recall) }))))[0]!.runs; // prettier-ignore
    expect(runs.map(({ outcome }) => 'work' in outcome && outcome.work.coco![8])).toEqual([0.61, 0.62, 0.63]);
  });

  it('reads perf’s numbers of all locales, its quoted command, and several domains', () => {
    for (const joules of ['255909.12', '255,909.12', '255.909,12', '255\u202f909,12'])
      expect(only(paperLogOf([{ joules }]))).toMatchObject({ energy: { domains: [{ joules: 255_909.12 }] } });
    expect(only(paperLogOf([{ target: "'python3 test.py --data data/coco.yaml'" }]))).toMatchObject({
      energy: { warnings: [expect.stringContaining('not told to count system-wide')] },
    });
    const two = paperLogOf([{}]).replace(/^.*energy-pkg.*$/m, '$&\n      1,000.50 Joules power/energy-ram/');
    expect(only(two)).toMatchObject({ energy: { domains: [{ name: 'package' }, { name: 'dram', joules: 1000.5 }] } });
  });

  it('holds several logs, each a sweep', () => {
    const sweeps = read(paperLogOf([{}]) + paperLogOf([{ batchSize: 5 }, { batchSize: 32 }]));
    expect(sweeps.map(({ runs }) => runs.map((run) => run.batchSize))).toEqual([[10], [5, 32]]);
  });

  it('takes a program that ended early, and counters that did not count, for failed runs', () => {
    const killed = `${head}EXP yolov7-e6e.pt 10\nTraceback (most recent call last):\nKilled\n${perfReportOf()}`;
    expect(only(killed)).toEqual({
      failure: 'the test program did not come to its end: it printed no line "Speed:"',
    });
    const uncounted = paperLogOf([{}]).replace('255,909.12 Joules', '<not supported>');
    expect(only(uncounted)).toEqual({ failure: expect.stringContaining('perf counted nothing') });
  });

  it('counts batches whose suppression gave up', () => {
    const text = paperLogOf([{}]).replace('Namespace', 'WARNING: NMS time limit 10.0s exceeded\nNamespace');
    expect(only(text)).toMatchObject({ work: { suppressionsGivenUp: 1 } });
  });

  it.each([
    ['no log', 'hello\n', 'it has no line "weights:"'],
    ['a report of perf alone', perfReportOf(), 'it has no line "weights:"'],
    ['no run', head, 'line 1 names weights, but no run'],
    ['a run before any weights', runTextOf() + head + runTextOf(), 'line 1 begins a run, but no line "weights:"'],
    ['a run without weights', `${head}EXP 10\n`, 'line 3 begins a run, but names no weights'],
    ['torn in the output', `${head}EXP yolov7-e6e.pt 10\n${testOutputOf()}`, 'the run of line 3 has no report of perf'],
    [
      'torn in the report',
      paperLogOf([{}]).replace(/^.*seconds time.*\n\n/m, ''),
      'has no end ("seconds time elapsed")',
    ],
    ['two reports', paperLogOf([{}]) + perfReportOf(), 'has two reports of perf stat'],
    ['another batch size', paperLogOf([{}]).replace('batch-size 10', 'batch-size 12'), 'is of batch 10, and its line "Speed:" says 12'], // prettier-ignore
    ['a number of COCO that is missing', paperLogOf([{}]).replace(/^ Average Recall.*maxDets=100 \] = 0.688\n/m, ''), 'lacks AR 0.50:0.95 all 100'], // prettier-ignore
    ['a number of COCO twice', paperLogOf([{}]).replace(/^ Average Recall.*= 0.688$/m, '$&\n$&'), 'AR 0.50:0.95 all 100 of COCO\'s evaluation twice'], // prettier-ignore
    ['half a number of COCO', paperLogOf([{}]).replace('= 0.688', '= 0.6'), 'is not whole'],
    ['joules in two meanings', paperLogOf([{ joules: '255,909' }]), 'which is no number as perf prints one, or could be two'], // prettier-ignore
    ['two speeds', paperLogOf([{}]).replace(/^Speed.*$/m, '$&\n$&'), 'has its line "Speed:" twice'],
    ['a batch size of 0', paperLogOf([{ batchSize: 0 }]), 'a batch size that is none'],
    ['bytes', 'weights:a\0', 'it is no text'],
  ])('is refused with the line: %s', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).toThrow(/^run\.out is not read as a log of the paper's scripts: /);
  });

  it('shows no escape sequence of a name', () => {
    expect(() => read(`${head}EXP \u001b[2Jx.pt 10\n`)).toThrow('control characters');
  });

  const sample = resolve(process.env.GREENBATCH_FIXTURES ?? resolve(import.meta.dirname, '../../../../../../shared/data'), 'paper/log-sample.synthetic.out'); // prettier-ignore
  it.skipIf(!existsSync(sample))('is read where the test program’s output is a real one', () => {
    const [sweep, ...others] = read(readFileSync(sample, 'utf8'));
    expect(others).toEqual([]);
    expect(sweep!.runs.map(({ outcome }) => outcome)).toMatchObject([
      { energy: { domains: [{ joules: 6333.12 }], seconds: 31.504214512 }, work: { images: 6, inferenceMs: 526.6 } },
      { energy: { domains: [{ joules: 7460.55 }], seconds: 33.104214512 }, work: { suppressionsGivenUp: 2 } },
    ]);
  });
});
