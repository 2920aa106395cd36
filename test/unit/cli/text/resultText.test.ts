import { describe, expect, it } from 'vitest';
import { runFailureText } from '../../../../src/cli/text/printResult';
import { describeEvent } from '../../../../src/cli/text/progressLine';
import { resultText } from '../../../../src/cli/text/resultText';
import { statusLine } from '../../../../src/cli/text/statusLine';
import { progressOf } from '../../../../src/core/run/progress';
import { styleFor } from '../../../../src/cli/text/style';
import { textTable } from '../../../../src/cli/text/textTable';
import type { RunEvent } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import { judgeRun } from '../../../../src/core/analysis/verdict/judgeRun';
import { judgedReport } from '../../../../src/core/report/judgedReport';
import { reportOf } from '../../../../src/core/report/report';
import { describeBytes, describeJoules, describeNumber, describeSeconds } from '../../../../src/core/words/units';
import { sweep } from '../../../support/runEvents';
import { accurateRun, splitRun } from '../../../webview/harness/runs';

const plain = styleFor(process.stdin as never);
const noSamples = () => [];

const textOf = (events: RunEvent[]) =>
  resultText(reportOf(foldRun(events), noSamples, { folder: '/runs/x', status: 'complete' }), plain);

describe('text on a terminal', () => {
  it('shows a measured run', async () => {
    await expect(textOf(sweep())).toMatchFileSnapshot('../../../golden/measured.txt');
  });

  it('shows how far accuracy would be another one with other images, and that of a log of before without', () => {
    const { run, accuracies } = accurateRun();
    const text = resultText(judgedReport(run.report, judgeRun(run.results, run.terms), accuracies), plain, 200);
    const { low, high } = accuracies[0]!.accuracyInterval!;
    const ap = accuracies[0]!.accuracy!.coco.stats[0]!;
    expect(text).toContain(` ${ap.toFixed(3)} ± ${(high! - ap).toFixed(3)} `);
    expect(text).toContain(
      `: COCO AP ${ap.toFixed(3)} (${low!.toFixed(3)}–${high!.toFixed(3)} with other images), AP50`,
    );
    const results = run.results.map(({ accuracySampling: _, ...r }) => r);
    const before = accuracies.map(({ accuracyInterval: _, ...a }) => a);
    const old = resultText(judgedReport(run.report, judgeRun(results, run.terms), before), plain, 200);
    expect(old).toMatch(new RegExp(`: COCO AP ${ap.toFixed(3)}, AP50`));
    expect(old.match(/counts? as exact/g)).toHaveLength(1);
    expect(old).not.toContain(`${ap.toFixed(3)} ±`);
  });

  it('shows a sweep over splits of the cores on 60 columns, with what one change alone does', () => {
    const { report, results, terms } = splitRun({ batchSizes: [1] });
    const judged = judgedReport(report, judgeRun(results, terms), []);
    const text = resultText(judged, plain, 60);
    const lines = text.split('\n');
    const head = lines.findIndex((line) => line.includes('split  spin'));
    for (const line of lines.slice(head, head + 11)) expect(line.length, line).toBeLessThanOrEqual(60);
    expect(text).toContain('16 × 1   yes');
    expect(text).toContain('split: processes at once × threads of each');
    expect(lines[head]).not.toContain('spread');
    expect(resultText(judged, plain).split('\n')[head]).toContain('spread %');
    const sentences = judged.verdict.levers.map(({ sentence }) => sentence);
    expect(sentences).toHaveLength(3);
    expect(text).toContain(`which you run today`);
    expect(lines.slice(lines.indexOf(sentences[0]!))).toEqual(expect.arrayContaining(sentences));
  });

  it('says how to learn what spinning takes, where all spin and somebody could', () => {
    const note = 'spinning: [true, false] tells what that takes';
    const of = (options: Parameters<typeof splitRun>[0]) => {
      const { report, results, terms } = splitRun(options);
      return resultText(judgedReport(report, judgeRun(results, terms), []), plain);
    };
    expect(of({ spinnings: [true] })).toContain(note);
    // One that was asked has its answer; threads that are alone wait for nobody.
    expect(of({ spinnings: [true, false] })).not.toContain(note);
    expect(of({ spinnings: [false] })).not.toContain(note);
    expect(of({ spinnings: [true], splits: [16] })).not.toContain(note);
  });

  it('says ESTIMATED wherever a number of an estimate stands', async () => {
    const text = textOf(sweep(false));
    await expect(text).toMatchFileSnapshot('../../../golden/estimated.txt');
    expect(text).toMatch(/\[ESTIMATED from CPU time\]/);
    expect(text).toMatch(/J\/image \(est\.\)/);
  });

  it('shows a run that has nothing yet', async () => {
    await expect(textOf(sweep().slice(0, 2))).toMatchFileSnapshot('../../../golden/empty.txt');
  });

  it('shows skipped and failed configurations with their reasons', async () => {
    const events = sweep().filter((e) => !('trial' in e) || e.trial % 10 !== 2);
    events.splice(4, 0, {
      type: 'configuration.skipped',
      at: 4,
      configuration: 'b4',
      reason: 'memory',
      message: 'it would need about 6 GB',
      neededBytes: 6e9,
      availableBytes: 1e9,
    });
    await expect(textOf(events)).toMatchFileSnapshot('../../../golden/skipped.txt');
  });

  it('shows of a run that failed empty neither a table nor a verdict, and tells the reason and the commands first', () => {
    const end = { type: 'session.ended', at: 9, session: 1, reason: 'failed', exitCode: 3 } as const;
    const failed = (code: string, fix: string | null) =>
      foldRun([...sweep().slice(0, 2), { ...end, code, message: 'the counters are locked', fix }]);
    const run = failed('source-permission', 'sudo chmod a+r FILE');
    expect(runFailureText({ run }, plain)).toBe('failed: the counters are locked\nFix:\nsudo chmod a+r FILE\n');
    expect(runFailureText({ run: failed('model', null) }, plain)).toBe('failed: the counters are locked\n');
    expect(runFailureText({ run: foldRun(sweep()) }, plain)).toBe('');
    const text = resultText(reportOf(run, noSamples, { folder: '/runs/x', status: 'failed' }), plain);
    expect(text).toContain('test · failed');
    expect(text).not.toMatch(/–|J\/image|Too early/);
    const measured = foldRun([...sweep(), { ...end, code: 'disk-full', message: 'full', fix: null }]);
    const kept = resultText(reportOf(measured, noSamples, { folder: '/runs/x', status: 'failed' }), plain);
    expect(kept).toMatch(/J\/image[^]*is greenest/);
  });

  it('tells the steps of a run line by line', async () => {
    const run = foldRun(sweep());
    const lines = sweep().flatMap((event) => describeEvent(run, event, noSamples, plain));
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../../golden/progress.txt');
  });

  it('keeps its status line within the terminal', () => {
    const run = foldRun(sweep().slice(0, 12));
    const progress = progressOf(run, 1e6);
    expect(progress).toMatchObject({ least: 15, beyondLeast: false });
    for (const columns of [20, 40, 80, 200])
      expect(statusLine(progress, 61.234, columns, plain).length).toBeLessThanOrEqual(columns);
    expect(statusLine(progress, 61.234, 200, plain)).toContain('61.2 W');
  });

  it('aligns columns', () => {
    expect(
      textTable(
        ['a', 'b'],
        [
          ['long', '1'],
          ['x', '100'],
        ],
        [1],
      ),
    ).toBe('a       b\nlong    1\nx     100\n');
  });

  it('has three significant digits and one unit', () => {
    expect(
      [0.0123456, 1.005, 12.345, 123.4, 12345.6, 0, -2.5, Number.NaN, 1e-12].map((v) => describeNumber(v)),
    ).toEqual(['0.0123', '1.00', '12.3', '123', '12346', '0', '-2.50', '–', '0']);
    expect([999, 1000, 1.5e9].map(describeBytes)).toEqual(['999 B', '1.00 kB', '1.50 GB']);
    expect([0.012, 2.31, 3100, 2.5e6].map(describeJoules)).toEqual(['12.0 mJ', '2.31 J', '3.10 kJ', '2.50 MJ']);
    expect([5, 60, 200, 7500].map(describeSeconds)).toEqual(['5 s', '1 min', '3 min 20 s', '2 h 5 min']);
  });
});
