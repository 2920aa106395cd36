import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparisonAnalysis } from '../../../../../src/core/analysis/comparison/comparisonAnalysis';
import { findingsOf } from '../../../../../src/core/analysis/findings';
import { judgeRun } from '../../../../../src/core/analysis/verdict/judgeRun';
import { verdictAnalysis } from '../../../../../src/core/analysis/verdict/verdictAnalysis';
import { packColumns } from '../../../../../src/core/panel/protocol/columns';
import {
  type FromPanel,
  readFromPanel,
  type ToPanel,
  toPanelSchema,
} from '../../../../../src/core/panel/protocol/messages';
import { footprintGrid, hoursOfDay } from '../../../../support/footprints';
import { mutated } from '../../../../support/mutate';
import { accurateRun, earlyRun, sweepRun, widerRun } from '../../../../webview/harness/runs';

const columns = packColumns({ session: 1, startMs: 0, domains: ['package-0'], seconds: [0, 1], watts: [[1, 2]] });
const toPanel: ToPanel[] = [
  { type: 'run', run: sweepRun() },
  { type: 'run', run: widerRun() },
  { type: 'run', run: earlyRun() },
  { type: 'change', change: { progress: earlyRun().progress, bands: [] } },
  { type: 'change', change: {} },
  { type: 'power', mode: 'replace', columns: [columns], decimated: false },
  { type: 'accuracy', accuracies: accurateRun().accuracies },
  { type: 'findings', findings: [findingsOf(comparisonAnalysis, [sweepRun(), sweepRun(false)])] },
  { type: 'findings', findings: [findingsOf(verdictAnalysis, [sweepRun()])] },
  { type: 'settings', framesPerSecond: 10, strings: { Stop: 'Halt' } },
  ...[hoursOfDay(), footprintGrid(385)].map((grid): ToPanel => ({
    ...{ type: 'settings', framesPerSecond: 10, strings: {} },
    footprint: { terms: { grid, price: { perKilowattHour: 0.3, currency: 'EUR' }, pue: 1.2 } },
  })),
  { type: 'settings', framesPerSecond: 10, strings: {}, footprint: { problem: 'no such file' } },
  ...[sweepRun(), widerRun(), accurateRun().run].map(({ results, terms }): ToPanel => ({
    ...{ type: 'judgement', id: 1, judgement: judgeRun(results, terms) },
  })),
  { type: 'unjudged', id: 2, problem: 'out of memory' },
  { type: 'alive' },
];
const pickedTerms = { preferences: { energy: 0, latency: 1, accuracy: 0 } };
const fromPanel: FromPanel[] = [
  { type: 'ready' },
  { type: 'credit' },
  { type: 'judge', id: 1, terms: null },
  { type: 'judge', id: 2, terms: { preferences: { energy: 1, latency: 0.5, accuracy: 0 } } },
  { type: 'judge', id: 3, terms: { ...pickedTerms, sla: widerRun().terms.sla } },
  ...(['stop', 'resume', 'openLog', 'openExperiment', 'runAgain', 'doctor'] as const).map((command): FromPanel => ({
    type: 'command',
    command,
  })),
  { type: 'command', command: 'apply', configuration: 'yolov7-tiny b8 t2' },
  { type: 'command', command: 'addBlocks', blocks: 5 },
  { type: 'command', command: 'copy', text: 'x' },
  { type: 'command', command: 'export', format: 'json' },
  { type: 'command', command: 'saveChart', format: 'csv', name: 'a sweep-energy.csv', content: 'a,b' },
];

describe('messages of the host', () => {
  test.each(toPanel)('$type is what its schema says', (message) => {
    expect(toPanelSchema.safeParse(message).error?.issues ?? []).toEqual([]);
  });
  test('what lacks a key, or has another one, does not fit', () => {
    const run = sweepRun();
    const of = (change: object) => toPanelSchema.safeParse({ type: 'run', run: { ...run, ...change } }).success;
    expect(of({})).toBe(true);
    expect(of({ bands: undefined })).toBe(false);
    expect(of({ further: 1 })).toBe(false);
    expect(of({ results: [{ ...run.results[0], trials: [{}] }] })).toBe(false);
  });
  test('power whose buffer is not as long as it says does not fit', () => {
    const of = (change: object) =>
      toPanelSchema.safeParse({ type: 'power', mode: 'more', decimated: false, columns: [{ ...columns, ...change }] })
        .success;
    expect(of({})).toBe(true);
    expect(of({ count: 3 })).toBe(false);
    expect(of({ domains: ['a', 'b'] })).toBe(false);
    expect(of({ buffer: new Uint8Array(24) })).toBe(false);
  });
});

describe('messages of the page', () => {
  test.each(fromPanel)('let %o in to the host', (message) => {
    expect(readFromPanel(message)).toEqual(message);
  });

  test.each([
    '../x.csv',
    '/etc/passwd',
    'a/b.csv',
    'a\\b.csv',
    '..',
    '.bashrc',
    'a..csv',
    '',
    'x'.repeat(200),
    'C:x.csv',
    'a\n.csv',
    'con.',
  ])('refuse the file name %j', (name) => {
    expect(readFromPanel({ type: 'command', command: 'saveChart', format: 'csv', name, content: '' })).toBeNull();
  });
  test.each([8, null, ['b8'], {}, undefined])('refuse to apply %j', (configuration) => {
    expect(readFromPanel({ type: 'command', command: 'apply', configuration })).toBeNull();
  });
  test.each([0, -1, 1.5, 1001, '5', null, undefined])('refuse to add %j blocks', (blocks) => {
    expect(readFromPanel({ type: 'command', command: 'addBlocks', blocks })).toBeNull();
  });
  test('refuse what lacks its content, and pass over what is more', () => {
    expect(readFromPanel({ type: 'command', command: 'export' })).toBeNull();
    expect(readFromPanel({ type: 'command', command: 'export', format: 'exe' })).toBeNull();
    const place = { type: 'command', command: 'export', format: 'csv', path: '/etc/passwd' };
    expect(readFromPanel(place)).toEqual({ type: 'command', command: 'export', format: 'csv' });
  });
  test('refuse tags of the prototype', () => {
    for (const type of ['constructor', '__proto__', 'toString']) expect(readFromPanel({ type })).toBeNull();
  });

  test('throw at nothing, whatever arrives', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withTypedArray: true, withMap: true, withBigInt: true }),
        (value) => {
          readFromPanel(value);
        },
      ),
    );
    const trap = new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
      },
    );
    expect(readFromPanel(trap)).toBeNull();
  });

  test('a mutated one is what it says, or nothing', () => {
    let passed = 0;
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...fromPanel), (seed, base) => {
        const message = readFromPanel(mutated(base, seed));
        if (message === null) return;
        passed++;
        if (message.type !== 'command') return;
        if (message.command === 'apply') expect(message.configuration).toBeTypeOf('string');
        if (message.command === 'saveChart') expect(message.name).not.toMatch(/[/\\]|^\./);
      }),
      { numRuns: 5000 },
    );
    expect(passed).toBeGreaterThan(5);
  });
});
