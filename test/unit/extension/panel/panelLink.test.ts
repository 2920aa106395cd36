import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Besides } from '../../../../src/core/analysis/besides';
import type { Findings } from '../../../../src/core/analysis/findingsSchema';
import type { ModelAccuracy } from '../../../../src/core/report/report';
import type { PanelRun, PowerColumns, ToPanel } from '../../../../src/core/panel/protocol/messages';
import { createPanelLink, framesPerSecond, mostRows } from '../../../../src/extension/panel/panelLink';

/** A link over a series whose rows are numbered, so that what arrives can be added up. */
function bench() {
  const sent: ToPanel[] = [];
  let rows = 0;
  const accuracies: ModelAccuracy[] = [];
  const state = {
    run: { results: [], progress: null, stale: null } as unknown as PanelRun,
    made: 0,
    findings: [] as Findings[],
    besides: { figures: [], findings: [] } as Besides,
  };
  const source = {
    run: (): PanelRun => (state.made++, state.run),
    accuracies: () => accuracies,
    findings: () => state.findings,
    besides: () => state.besides,
    powerRows: () => rows,
    powerColumns: (from: number, most: number): PowerColumns[] => {
      const count = Math.min(most, rows - from);
      return count === 0 ? [] : [{ session: 1, startMs: from, domains: [], count, buffer: new ArrayBuffer(8 * count) }];
    },
  };
  const settings = (): ToPanel => ({ type: 'settings', framesPerSecond: 10, strings: {} });
  const link = createPanelLink(source, (message) => sent.push(message), settings);
  const power = () => sent.filter((m) => m.type === 'power');
  return { link, sent, accuracies, state, power, grow: (n: number) => (rows += n), rows: () => rows };
}

const opened = () => {
  const b = bench();
  b.link.visible(true);
  b.link.received({ type: 'ready' });
  return b;
};

describe('the link to the panel', () => {
  it('sends nothing before the page is ready, and nothing while it is hidden', () => {
    const { link, sent, grow } = bench();
    grow(10);
    link.frame(0);
    link.visible(true);
    link.frame(100);
    expect(sent).toEqual([]);
    link.received({ type: 'ready' });
    link.visible(false);
    link.frame(200);
    expect(sent.map((m) => m.type)).toEqual(['settings']);
  });

  it('sends settings that have changed once, when the page is seen', () => {
    const { link, sent } = opened();
    const settings = () => sent.filter((m) => m.type === 'settings').length;
    link.frame(0);
    expect(settings()).toBe(1);
    link.visible(false);
    link.settingsChanged();
    link.frame(100);
    expect(settings()).toBe(1);
    link.visible(true);
    link.frame(200);
    link.frame(300);
    expect(settings()).toBe(2);
  });

  it('knows what the page has of the run, while it is seen', () => {
    const { link, state } = opened();
    expect(link.shownRun()).toBeNull();
    link.frame(0);
    const first = state.run;
    state.run = { ...first, results: [] };
    link.runChanged();
    expect(link.shownRun()).toBe(first);
    link.frame(1000);
    expect(link.shownRun()).toBe(state.run);
    link.visible(false);
    expect(link.shownRun()).toBeNull();
    link.visible(true);
    expect(link.shownRun()).toBeNull();
  });

  it('sends figures once they are made, and again when the page is shown anew', () => {
    const { link, sent, state } = opened();
    const arrived = () => sent.filter((m) => m.type === 'figures').length;
    link.frame(0);
    expect(arrived()).toBe(0);
    state.besides = {
      figures: [],
      findings: [{ title: '', runs: [], sentence: 'less', table: { columns: [], rows: [] }, notes: [] }],
    };
    link.figuresChanged();
    link.frame(100);
    link.frame(200);
    expect(arrived()).toBe(1);
    link.visible(false);
    link.visible(true);
    link.frame(300);
    expect(arrived()).toBe(2);
  });

  it('sends what was found together with other runs once it is asked for, and again when the page is shown anew', () => {
    const { link, sent, state } = opened();
    const arrived = () => sent.flatMap((m) => (m.type === 'findings' ? [m.findings.map((f) => f.sentence)] : []));
    const found = (sentence: string): Findings[] => [
      { title: '', runs: [], sentence, table: { columns: [], rows: [] }, notes: [] },
    ];
    link.frame(0);
    expect(arrived()).toEqual([]);
    state.findings = found('less');
    link.findingsChanged();
    link.frame(100);
    link.frame(200);
    expect(arrived()).toEqual([['less']]);
    link.visible(false);
    state.findings = found('more');
    link.findingsChanged();
    link.frame(300);
    expect(arrived()).toHaveLength(1);
    link.visible(true);
    link.frame(400);
    expect(arrived()).toEqual([['less'], ['more']]);
    link.visible(false);
    link.visible(true);
    link.frame(500);
    expect(arrived()).toEqual([['less'], ['more'], ['more']]);
  });

  it('has two messages of power under way at most, and merges what comes meanwhile', () => {
    const { link, power, grow, rows } = opened();
    for (let ms = 0; ms < 5000; ms += 100) {
      grow(10);
      link.frame(ms);
    }
    expect(power().length).toBe(2);
    link.received({ type: 'credit' });
    link.frame(5000);
    expect(power().length).toBe(3);
    const arrived = power().reduce((sum, m) => sum + m.columns.reduce((s, c) => s + c.count, 0), 0);
    expect(arrived).toBe(rows());
  });

  it('sends accuracies, which are large, only when one more is known, and when the page is shown', () => {
    const { link, sent, accuracies } = opened();
    const times = () => sent.filter((m) => m.type === 'accuracy').length;
    const model = (name: string): ModelAccuracy => ({
      ...{
        model: name,
        accuracy: null,
        message: 'its weights are random',
        truth: null,
        phases: null,
        skipped: [],
        warnings: [],
      },
    });
    const change = (ms: number) => {
      link.runChanged();
      link.frame(ms);
    };
    change(0);
    expect(times()).toBe(0);
    accuracies.push(model('a'));
    change(1000);
    change(2000);
    expect(times()).toBe(1);
    accuracies.push(model('b'));
    change(3000);
    expect(times()).toBe(2);
    link.visible(false);
    link.visible(true);
    change(4000);
    expect(times()).toBe(3);
  });

  it('gives the whole history, thinned, whenever the page is shown again', () => {
    const { link, power, grow } = opened();
    grow(100_000);
    link.frame(0);
    expect(power()[0]).toMatchObject({ mode: 'replace', decimated: true });
    expect(power()[0]!.columns[0]!.count).toBe(mostRows);
    link.visible(false);
    grow(5);
    link.frame(100);
    link.visible(true);
    link.frame(200);
    expect(power().map((m) => m.mode)).toEqual(['replace', 'replace']);
    expect(power()[1]!.columns[0]!.startMs).toBe(0);
  });

  it('sends the run whole on show, then the parts that changed, at most four times a second', () => {
    const { link, sent, state } = opened();
    for (let ms = 0; ms < 1000; ms += 20) {
      state.run = { ...state.run, progress: { done: ms } as never };
      link.runChanged();
      link.frame(ms);
    }
    expect(sent.map((m) => m.type)).toEqual(['settings', 'run', 'change', 'change', 'change']);
    expect(sent.at(-1)).toEqual({ type: 'change', change: { progress: { done: expect.any(Number) } } });
    link.runChanged();
    link.frame(2000);
    sent.length = 0;
    // Made anew, but not another one.
    state.run = { ...state.run, progress: { ...state.run.progress } as never };
    link.runChanged();
    link.frame(3000);
    expect(sent).toEqual([]);
    state.run = { ...state.run, results: [] };
    link.runChanged();
    link.frame(4000);
    expect(sent).toEqual([{ type: 'change', change: { results: [] } }]);
    link.visible(false);
    link.visible(true);
    link.frame(5000);
    expect(sent.at(-1)).toEqual({ type: 'run', run: state.run });
  });

  it('makes nothing of a run that nobody sees', () => {
    const { link, state } = opened();
    link.frame(0);
    link.visible(false);
    const before = state.made;
    for (let ms = 0; ms < 5000; ms += 100) {
      link.runChanged();
      link.frame(ms);
    }
    expect(state.made).toBe(before);
  });

  it('has no more than its credits, however many come back', () => {
    const { link, power, grow } = opened();
    for (let i = 0; i < 10; i++) link.received({ type: 'credit' });
    for (let ms = 0; ms < 3000; ms += 100) {
      grow(1);
      link.frame(ms);
    }
    expect(power().length).toBe(2);
  });

  it('gives a sign of life when nothing changed', () => {
    const { link, sent } = opened();
    link.frame(0);
    sent.length = 0;
    for (let ms = 1000; ms < 10_000; ms += 100) link.frame(ms);
    const alive = sent.filter((m) => m.type === 'alive').length;
    expect(alive).toBeGreaterThanOrEqual(4);
    expect(alive).toBeLessThanOrEqual(5);
  });

  it('starts over when credits were lost with a page', () => {
    const { link, power, grow } = opened();
    for (let ms = 0; ms <= 12_000; ms += 500) {
      grow(1);
      link.frame(ms);
    }
    expect(
      power()
        .map((m) => m.mode)
        .slice(0, 3),
    ).toEqual(['replace', 'more', 'replace']);
  });

  it('never loses or repeats a row, however frames, credits and growth fall', () => {
    const steps = fc.array(fc.oneof(fc.constant('frame'), fc.constant('credit'), fc.integer({ min: 1, max: 50 })));
    fc.assert(
      fc.property(steps, (script) => {
        const { link, power, grow, rows } = opened();
        let now = 0;
        for (const step of script) {
          if (step === 'frame') link.frame((now += 100));
          else if (step === 'credit') link.received({ type: 'credit' });
          else grow(step as number);
        }
        link.received({ type: 'credit' });
        link.frame((now += 100));
        let next = 0;
        for (const message of power()) {
          for (const { startMs, count } of message.columns) {
            expect(startMs).toBe(next);
            next += count;
          }
        }
        expect(next).toBe(rows());
      }),
    );
  });

  it('draws at most ten times a second, four over a network', () => {
    expect(framesPerSecond(60, false)).toBe(10);
    expect(framesPerSecond(10, true)).toBe(4);
    expect(framesPerSecond(0, true)).toBe(1);
    expect(framesPerSecond(2, true)).toBe(2);
  });
});
