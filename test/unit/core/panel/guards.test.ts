import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packColumns } from '../../../../src/core/panel/columns';
import { readFromPanel, readToPanel } from '../../../../src/core/panel/guards';
import type { FromPanel, ToPanel } from '../../../../src/core/panel/messages';
import { contentSecurityPolicy, panelHtml } from '../../../../src/core/panel/page';
import { analyse } from '../../../../src/core/verdict/advice';
import { mutated } from '../../../support/mutate';
import { accurateRun, earlyRun, sweepRun, widerRun } from '../../../webview/harness/runs';

const columns = packColumns({ session: 1, startMs: 0, domains: ['package-0'], seconds: [0, 1], watts: [[1, 2]] });
const toPanel: ToPanel[] = [
  { type: 'run', run: sweepRun() },
  { type: 'run', run: widerRun() },
  { type: 'run', run: earlyRun() },
  { type: 'power', mode: 'replace', columns: [columns], decimated: false },
  { type: 'accuracy', accuracies: accurateRun().accuracies },
  { type: 'settings', framesPerSecond: 10, strings: { Stop: 'Halt' } },
  { type: 'alive' },
];
const fromPanel: FromPanel[] = [
  { type: 'ready' },
  { type: 'credit' },
  ...(['stop', 'resume', 'openLog', 'openExperiment', 'runAgain', 'doctor'] as const).map((command): FromPanel => ({
    type: 'command',
    command,
  })),
  { type: 'command', command: 'apply', configuration: 'yolov7-tiny b8 t2' },
  { type: 'command', command: 'copy', text: 'x' },
  { type: 'command', command: 'export', format: 'json' },
  { type: 'command', command: 'saveChart', format: 'csv', name: 'a sweep-energy.csv', content: 'a,b' },
];

describe('guards', () => {
  test.each([...toPanel])('let $type in to the page, also as JSON brings it', (message) => {
    expect(readToPanel(message)).toBe(message);
    if (message.type !== 'power') expect(readToPanel(JSON.parse(JSON.stringify(message)))).not.toBeNull();
  });
  test.each(fromPanel)('let %o in to the host', (message) => {
    expect(readFromPanel(message)).toBe(message);
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
  test.each([0, -1, 1.5, 65_537, '8', null, Number.NaN])('refuse the batch size %j', (batchSize) => {
    expect(readFromPanel({ type: 'command', command: 'apply', batchSize })).toBeNull();
  });
  test('refuse power whose buffer is not as long as it says', () => {
    const of = (change: object) =>
      readToPanel({ type: 'power', mode: 'more', decimated: false, columns: [{ ...columns, ...change }] });
    expect(of({})).not.toBeNull();
    expect(of({ count: 3 })).toBeNull();
    expect(of({ count: -1 })).toBeNull();
    expect(of({ domains: ['a', 'b'] })).toBeNull();
    expect(of({ buffer: new Uint8Array(24) })).toBeNull();
  });
  test('refuse lists with holes', () => {
    const run = sweepRun();
    Reflect.deleteProperty(run.results, 1);
    expect(readToPanel({ type: 'run', run })).toBeNull();
  });
  test('refuse tags of the prototype', () => {
    for (const type of ['constructor', '__proto__', 'toString']) expect(readToPanel({ type })).toBeNull();
  });

  test('throw at nothing, whatever arrives', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withTypedArray: true, withMap: true, withBigInt: true }),
        (value) => {
          readToPanel(value);
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
    expect(readToPanel(trap)).toBeNull();
    expect(readFromPanel(trap)).toBeNull();
  });

  test('what is let in can be analysed, or says in words why not', () => {
    const base = JSON.parse(JSON.stringify({ type: 'run', run: sweepRun() })) as ToPanel;
    let passed = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const message = readToPanel(mutated(base, seed));
        if (message?.type !== 'run') return;
        passed++;
        const { results, terms } = message.run;
        // Big arrivals and batches only cost time here.
        if (results.some((r) => r.batchSize > 1000)) return;
        expect(analyse(results, terms).verdict.sentence).not.toMatch(/undefined|NaN|\[object/);
      }),
      { numRuns: 600 },
    );
    expect(passed).toBeGreaterThan(5);
  });
});

describe('the document', () => {
  const page = {
    nonce: '0123456789abcdef',
    scriptUri: 'https://x/a.js',
    styleUri: 'https://x/a.css',
    cspSource: 'https://x',
    title: '<b>"',
    language: 'en',
  };
  test('has a policy without unsafe parts, and nothing of it is markup', () => {
    expect(contentSecurityPolicy(page)).not.toMatch(/unsafe|\*/);
    expect(panelHtml(page)).toContain('<title>&lt;b&gt;&quot;</title>');
  });
  test.each(['', 'short', '"><script>alert(1)</script>'])('refuses the nonce %j', (nonce) => {
    expect(() => panelHtml({ ...page, nonce })).toThrow(/nonce/);
  });
});
