import { expect, it } from 'vitest';
import { chartCaption, figureCaption } from '../../../../webview/parts/pictureCaption';
import { sweepRun } from '../../../webview/harness/runs';

const plan = { summary: 'Lowest: batch 4.' };
const run = sweepRun();

it('of a chart says what it shows, then run, source, n and program', () => {
  expect(chartCaption(plan, run, [5, 5])).toEqual([
    'Lowest: batch 4.',
    'Source: run test-run · MEASURED powercap · 1 package + 1 dram · n = 5 trials each · bars are 95 % intervals over trials · greenbatch test',
  ]);
  expect(chartCaption(plan, run, [2, 4])[1]).toContain('n = 2 to 4 trials each · greenbatch test');
  expect(chartCaption(plan, { report: { ...run.report, source: null } }, [])[1]).toBe(
    'Source: run test-run · no energy source · greenbatch test',
  );
});

it('of a figure has its notes, what is missing in it, and its source', () => {
  const layer = { id: 'a', title: 'yours', points: [], isShown: true, isJoined: false };
  const figure = { layers: [{ ...layer, missing: 'no run' }], notes: ['a note'], source: 'run x' };
  expect(figureCaption(plan, figure)).toEqual(['Lowest: batch 4.', 'a note', 'yours: no run', 'Source: run x']);
});
