import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { resultText } from '../../src/cli/text/resultText';
import { styleFor } from '../../src/cli/text/style';
import { batchHint, resultLine } from '../../src/core/configFiles/resultHint';
import { toPanelSchema } from '../../src/core/panel/protocol/messages';
import type { EventOf, RunEvent } from '../../src/core/run/events';
import { configurationsOf } from '../../src/core/run/plan';
import { type RunReport, reportOf } from '../../src/core/report/report';
import { reportJsonSchema } from '../../src/core/export/reportJsonSchema';
import { parseSpec } from '../../src/core/spec/specText';
import { describeNumber } from '../../src/core/words/units';
import { judge } from '../../src/core/analysis/verdict/judge';
import { describeChange, describeChangeRange, describePercent } from '../../src/core/statistics/wording';
import { compactReport } from '../../src/extension/commands/compactReport';
import type { LiveRun } from '../../src/extension/runs/liveRun';
import { createPanelRun } from '../../src/extension/panel/panelRun';
import { createRunsView } from '../../src/extension/commands/runsView';
import { exportText } from '../support/exportText';
import { eventsFile, runsFolder } from '../../src/runs/store/folders';
import { loadRun } from '../../src/runs/store/runFolder';
import { verdictTable } from '../../src/core/analysis/verdict/verdictTable';
import type { Filtering } from '../../src/core/energy/source';
import { comparedEvent, lookedAt, source, sweep, toLines, trialEvents, zonePart } from '../support/runEvents';

vi.mock('vscode', () => import('../support/fakeEditor'));

/** No two places may say different things of one run: its figures, their signs, and what is in use. */

type Made = {
  spec: string;
  watts: Record<string, number>;
  anotherZone?: true;
  estimated?: Record<string, number>;
  missing?: string[];
  compared?: true;
  filtering?: Filtering;
};
/** Watts of package-0, by configuration; dram-0 takes 10 W, the rest of a machine without work 25 W. */
const runs: Record<string, Made> = {
  'one model': {
    spec: 'models: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\ncurrent: { batchSize: 1 }\n',
    watts: { 'yolov7-tiny b1 t2 spin': 110, 'yolov7-tiny b2 t2 spin': 101, 'yolov7-tiny b4 t2 spin': 99 },
  },
  'two models': {
    spec: 'models: [yolov7-tiny, yolov7]\nbatchSizes: [1, 2]\ncurrent: { model: yolov7, batchSize: 1 }\n',
    watts: {
      'yolov7-tiny b1 t2 spin': 105,
      'yolov7-tiny b2 t2 spin': 90,
      'yolov7 b1 t2 spin': 130,
      'yolov7 b2 t2 spin': 140,
    },
  },
  'two thread counts': {
    spec: 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\nthreads: [1, 2]\ncurrent: { batchSize: 1, threads: 2 }\n',
    watts: {
      'yolov7-tiny b1 t1 spin': 118,
      'yolov7-tiny b1 t2 spin': 110,
      'yolov7-tiny b2 t1 spin': 95,
      'yolov7-tiny b2 t2 spin': 120,
    },
  },
  'two splits of the cores': {
    spec: 'models: [yolov7-tiny]\nbatchSizes: [1, 4]\nsplit: auto\ncurrent: { batchSize: 1, instances: 1 }\n',
    watts: {
      'yolov7-tiny b1 t2 spin': 118,
      'yolov7-tiny b4 t2 spin': 112,
      'yolov7-tiny b1 i2 t1 spin': 84,
      'yolov7-tiny b4 i2 t1 spin': 90,
    },
  },
  'both settings of spinning': {
    spec: 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\nspinning: [true, false]\ncurrent: { batchSize: 2, spinning: true }\n',
    watts: {
      'yolov7-tiny b1 t2 spin': 120,
      'yolov7-tiny b2 t2 spin': 110,
      'yolov7-tiny b1 t2': 101,
      'yolov7-tiny b2 t2': 92,
    },
  },
  'a limit': {
    spec: 'models: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\ncurrent: { batchSize: 1 }\nsla: { requestLatencyMs: 60000, arrivalRate: 0.5 }\n',
    watts: { 'yolov7-tiny b1 t2 spin': 110, 'yolov7-tiny b2 t2 spin': 80, 'yolov7-tiny b4 t2 spin': 108 },
  },
  'resumed with another zone': {
    spec: 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\ncurrent: { batchSize: 2 }\n',
    watts: { 'yolov7-tiny b1 t2 spin': 90, 'yolov7-tiny b2 t2 spin': 110 },
    filtering: { state: 'on', by: 'cpu', because: 'SGX is enabled' },
    anotherZone: true,
  },
  'a missing domain': {
    spec: 'models: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\ncurrent: { batchSize: 1 }\nmeasure: { source: powercap, allowMissing: [dram-1] }\n',
    watts: { 'yolov7-tiny b1 t2 spin': 110, 'yolov7-tiny b2 t2 spin': 101, 'yolov7-tiny b4 t2 spin': 99 },
    missing: ['dram-1'],
    compared: true,
    filtering: { state: 'unknown', by: null, because: 'only root may read it' },
  },
  // By the total another one would win.
  'an estimate beside what is measured': {
    spec: 'models: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\ncurrent: { batchSize: 1 }\n',
    watts: { 'yolov7-tiny b1 t2 spin': 110, 'yolov7-tiny b2 t2 spin': 101, 'yolov7-tiny b4 t2 spin': 90 },
    estimated: { 'yolov7-tiny b1 t2 spin': 20, 'yolov7-tiny b2 t2 spin': 60, 'yolov7-tiny b4 t2 spin': 90 },
  },
};

function eventsOf({ spec: text, watts, anotherZone, estimated, missing, compared, filtering }: Made): RunEvent[] {
  const parsed = parseSpec(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { spec } = parsed;
  const configurations = configurationsOf(spec, { cores: 2 });
  expect(configurations.map((c) => c.id).sort()).toEqual(Object.keys(watts).sort());
  const [created, started, , images, idle] = sweep();
  const ended = sweep().at(-1)!;
  const block = (number: number) =>
    configurations.flatMap(({ id }, i) => {
      const drift = 1 + 0.001 * ((number * 7 + i) % 5);
      return trialEvents(10 * number + i, number, id, 100 * number + 10 * i, 2, watts[id]! * drift);
    });
  const begin: RunEvent[] = [
    { ...(created as EventOf<'run.created'>), spec, specText: text, configurations },
    started!,
    {
      type: 'source.opened',
      at: 3,
      source: { ...source, ...(missing && { missing }), ...(filtering && { filtering }) },
    },
    images!,
    idle!,
    ...(compared ? [comparedEvent({ powercap: [100, 20.054], perf: [100, 20] })] : []),
  ];
  if (estimated) {
    const guess = zonePart('gpu-0', { source: 'guess', measured: false, added: true });
    let own = 0;
    return [...begin, ...[1, 2, 3, 4, 5].flatMap(block), ended].map((event): RunEvent => {
      if (event.type === 'source.opened') return { ...event, source: { ...source, parts: [guess, ...source.parts] } };
      if (event.type === 'trial.started') own = estimated[event.configuration]!;
      if (event.type !== 'trial.window' && event.type !== 'idle.measured') return event;
      const more = (reading: typeof event.start, counter: number) => ({
        ...{ ...reading, counters: [counter, ...reading.counters] },
      });
      return { ...event, start: more(event.start, 0), end: more(event.end, 2e6 * own) };
    });
  }
  if (!anotherZone) return [...begin, ...[1, 2, 3, 4, 5].flatMap(block), ended];
  // In the second session a zone that is not added comes first: counters of both must not be mixed up.
  const psys = zonePart('psys');
  const wider = (event: RunEvent): RunEvent => {
    if (event.type !== 'trial.window' && event.type !== 'idle.measured') return event;
    const more = (reading: typeof event.start) => ({ ...reading, counters: [7e9, ...reading.counters] });
    return { ...event, start: more(event.start), end: { ...more(event.end), counters: [9e9, ...event.end.counters] } };
  };
  return [
    ...begin,
    ...[1, 2].flatMap(block),
    { ...(started as EventOf<'session.started'>), session: 2 },
    { type: 'source.opened', at: 3, source: { ...source, parts: [psys, ...source.parts] } },
    wider(idle!),
    ...[3, 4, 5].flatMap(block).map(wider),
    ended,
  ];
}

let workspace: string;
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-surfaces-'));
});
afterAll(() => rmSync(workspace, { recursive: true }));

type Rows = Map<string, string>[];
const rowsOf = (heads: string[], rows: string[][]): Rows =>
  rows.map((cells) => new Map(heads.map((head, i) => [head, cells[i] ?? ''])));

/** The table of a terminal: cells lie two spaces apart; what marks a row stands before it. */
function terminalRows(text: string): Rows {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => /\bbatch {2,}.*J\/image/.test(line));
  const cells = (line: string) => line.trim().split(/ {2,}/);
  const heads = cells(lines[at]!);
  const body = lines.slice(at + 1, lines.indexOf('', at)).filter((line) => cells(line).length >= heads.length);
  return rowsOf(
    ['mark', ...heads],
    body.map((line) => (cells(line).length > heads.length ? cells(line) : ['', ...cells(line)])),
  );
}

function markdownRows(text: string): Rows {
  const [heads, , ...rows] = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return rowsOf(['mark', ...heads!.slice(1)], rows);
}

function csvRows(text: string): Rows {
  const [heads, ...rows] = text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
  return rowsOf(heads!, rows);
}

/** What each surface makes of the run in a folder. */
function surfaces(folder: string) {
  const { run, samples, status } = loadRun(folder);
  const report: RunReport = reportOf(run, samples, { folder, status });
  const live = {
    folder,
    run: () => run,
    status: () => status,
    host: () => null,
    power: { samples },
    work: { taken: () => null },
    bands: { list: [] },
  };
  const panelRun = createPanelRun(live as unknown as LiveRun, true).make({
    stale: false,
    inUse: null,
    judgedAnew: false,
  })!;
  const message = toPanelSchema.parse(JSON.parse(JSON.stringify({ type: 'run', run: panelRun })));
  if (message.type !== 'run') throw new Error('no run');
  const page = judge(message.run.results, message.run.terms);
  const table = verdictTable(page);
  const shown = (cell: string | number | null) =>
    cell === null ? '–' : typeof cell === 'number' ? describeNumber(cell) : cell;
  const markdown = exportText(folder, 'markdown', { pageFolder: '' });
  const tree = createRunsView(
    () => Promise.reject(new Error('not asked')),
    () => undefined,
  );
  const terminal = resultText(report, styleFor(process.stdin as never));
  return {
    json: reportJsonSchema.parse(JSON.parse(exportText(folder, 'json', { pageFolder: '' }))),
    terminal: { text: terminal, rows: terminalRows(terminal) },
    panel: {
      sentence: page.verdict.sentence,
      levers: page.verdict.levers.map(({ sentence }) => sentence),
      rows: rowsOf(
        table.columns,
        table.rows.map((row) => row.map(shown)),
      ),
    },
    markdown: { text: markdown.replace(/\\([\\`*_[\]|])/g, '$1'), rows: markdownRows(markdown) },
    csv: csvRows(exportText(folder, 'csv', { pageFolder: '' })),
    lens: resultLine(page),
    tree: String(tree.resolve({} as never, { folder }).tooltip),
    tool: compactReport(report),
  };
}

describe.each(Object.entries(runs))('of a run with %s, all surfaces', (name, made) => {
  let s: ReturnType<typeof surfaces>;
  beforeAll(() => {
    const folder = join(runsFolder(workspace), name.replaceAll(' ', '-'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(eventsFile(folder), toLines(eventsOf(made)));
    s = surfaces(folder);
  });

  it('state the joules that were measured', () => {
    for (const [i, c] of s.json.configurations.entries()) {
      // Five trials of 2 s and 10 images; each a little off.
      const watts = made.watts[c.id]! + 10;
      expect(c.joulesPerUnit!.mean, c.id).toBeGreaterThan(watts / 5);
      expect(c.joulesPerUnit!.mean, c.id).toBeLessThan((watts * 1.004) / 5);
      expect(c.averageWatts!, c.id).toBeCloseTo(5 * c.joulesPerUnit!.mean, 9);
      expect(c.unitsPerSecond!, c.id).toBe(5);
      expect(c.n, c.id).toBe(5);
      expect(s.tool.configurations[i]).toMatchObject({ model: c.model, batchSize: c.batchSize, threads: c.threads });
    }
  });

  it('have the same figures', () => {
    const { json, terminal, panel, markdown, csv, tool } = s;
    for (const rows of [terminal.rows, panel.rows, markdown.rows, csv]) {
      expect(rows).toHaveLength(json.configurations.length);
    }
    for (const [i, c] of json.configurations.entries()) {
      const figures: [string, string, number | null][] = [
        ['J/image', 'energy (J/image)', c.joulesPerUnit!.mean],
        ['images/J', 'energy efficiency (images/J)', c.unitsPerJoule!.mean],
        ['W', 'power (W)', c.averageWatts],
        ['images/s', 'throughput (images/s)', c.unitsPerSecond],
        ...(c.joulesPerRequest
          ? [
              ['J/request (modelled)', 'energy per request (J/request)', c.joulesPerRequest.mean] as [
                string,
                string,
                number,
              ],
            ]
          : []),
      ];
      for (const [head, column, value] of figures) {
        for (const { rows } of [terminal, panel, markdown]) {
          expect(rows[i]!.get(head)!.split(' ± ')[0], `${head} of ${c.id}`).toBe(describeNumber(value!));
        }
        expect(Number(csv[i]!.get(column)), `${column} of ${c.id}`).toBe(value);
      }
      expect(tool.configurations[i]).toMatchObject({
        joulesPerImage: Number(c.joulesPerUnit!.mean.toPrecision(4)),
        imagesPerJoule: Number(c.unitsPerJoule!.mean.toPrecision(4)),
      });
    }
  });

  it('have the total with what is estimated where there is any, and say what it is', () => {
    const { json, terminal, panel, markdown, csv, tool } = s;
    const csvHead = 'total energy PARTLY ESTIMATED (J/image)';
    const heads = [
      [terminal.rows, 'PARTLY ESTIMATED total'],
      [panel.rows, 'total J/image (PARTLY ESTIMATED)'],
      [markdown.rows, 'total J/image (PARTLY ESTIMATED)'],
    ] as const;
    for (const [i, c] of json.configurations.entries()) {
      const total = c.partlyEstimatedJoulesPerUnit;
      const beside = made.estimated?.[c.id];
      expect(total === null, c.id).toBe(beside === undefined);
      for (const [rows, head] of heads) expect(rows[i]!.has(head), head).toBe(total !== null);
      expect(csv[i]!.get(csvHead)).toBe(total === null ? '' : String(total.mean));
      if (total === null || beside === undefined) continue;
      // 2 s and 10 images.
      expect(total.mean - c.joulesPerUnit!.mean).toBeCloseTo(beside / 5, 9);
      for (const [rows, head] of heads) expect(rows[i]!.get(head)!.split(' ± ')[0]).toBe(describeNumber(total.mean));
      expect(tool.configurations[i]).toMatchObject({
        partlyEstimatedJoulesPerImage: Number(total.mean.toPrecision(4)),
      });
    }
    const said = [terminal.text, markdown.text, tool.source!, s.tree];
    for (const text of said) expect(text.includes('beside it ESTIMATED by guess')).toBe(made.estimated !== undefined);
  });

  it('say which domains are missing, and nothing where all are there', () => {
    const { json, terminal, panel, markdown, csv, tool, lens, tree } = s;
    const missing = made.missing ?? [];
    expect([json.source!.missing, json.verdict.missing]).toEqual([missing, missing]);
    expect(json.verdict.qualification.some(({ code }) => code === 'missing-domains')).toBe(missing.length > 0);
    const texts = [terminal.text, panel.sentence, markdown.text, csv[0]!.get('energy source')!, lens, tree];
    for (const text of [...texts, tool.source!, tool.boundary!, tool.verdict.sentence])
      expect(text.includes('without dram-1'), text).toBe(missing.length > 0);
  });

  it('say what a second instrument says, where there is one', () => {
    const { json, terminal, markdown } = s;
    const sentence =
      'powercap and perf agree within 0.27 % (package-0 + dram-0, over 5.0 s); of memory powercap shows 0.27 % more';
    for (const text of [json.run.agreement?.sentence ?? '', terminal.text, markdown.text])
      expect(text.includes(sentence)).toBe(made.compared === true);
    if (!made.compared) return;
    expect(json.run.agreement).toMatchObject({
      ...{ seconds: 5, domains: [{ id: 'package-0', powercapJoules: 500, perfJoules: 500, differencePercent: 0 }, {}] },
    });
  });

  it('say whether the counters are filtered where the log says it, and what that means only where they are', () => {
    const { json, terminal, markdown } = s;
    expect(json.run.filtering).toEqual(made.filtering ?? null);
    const text = made.filtering && `RAPL filtering: ${made.filtering.state} (${made.filtering.because})`;
    for (const said of [terminal.text, markdown.text]) {
      expect(said.includes(text ?? 'RAPL filtering')).toBe(text !== undefined);
      expect(said.includes('adds noise to its energy counters')).toBe(made.filtering?.state === 'on');
    }
  });

  it('give one verdict in one sentence', () => {
    const { sentence, winner } = s.json.verdict;
    expect(s.panel.sentence).toBe(sentence);
    expect(s.terminal.text).toContain(sentence);
    expect(s.markdown.text).toContain(`**${sentence}**`);
    expect(s.tree.split('\n')[0]).toBe(sentence);
    expect(s.tool.verdict.sentence).toBe(sentence);
    for (const [i, c] of s.json.configurations.entries()) {
      const isWinner = c.id === winner;
      expect(s.terminal.rows[i]!.get('mark') === '*', c.id).toBe(isWinner);
      expect(/greenest|chosen/.test(s.panel.rows[i]!.get('verdict')!), c.id).toBe(isWinner);
      expect(/greenest|chosen/.test(s.markdown.rows[i]!.get('mark')!), c.id).toBe(isWinner);
    }
  });

  it('say alike what one change alone does, and nothing where there is none', () => {
    const { levers, winner } = s.json.verdict;
    const expected = { 'two splits of the cores': 'split', 'both settings of spinning': 'spinning' }[name];
    expect(levers.map((l) => [l.factor, l.from])).toEqual(expected === undefined ? [] : [[expected, winner]]);
    for (const { sentence, energy, to, percent, relation } of levers) {
      expect(energy).toBe('joulesPerImage');
      const [from, other] = [winner, to].map(
        (id) => s.json.configurations.find((c) => c.id === id)!.joulesPerUnit!.mean,
      );
      // Means of all trials and of pairs within blocks are the same but for the drift.
      expect(percent).toBeCloseTo(100 * (other! / from! - 1), 0);
      expect(relation).toBe('more');
      for (const text of [s.terminal.text, s.markdown.text]) expect(text).toContain(`\n${sentence}\n`);
      expect(s.tool.verdict.oneChangeAlone).toContain(sentence);
      expect(s.panel.levers).toContain(sentence);
      expect(sentence).toMatch(/^The same batch (as 1 × 2 threads|with spinning): \+\d/);
    }
  });

  it('name the split of the cores alike', () => {
    const isSplit = name === 'two splits of the cores';
    for (const [i, c] of s.json.configurations.entries()) {
      const text = `${c.instances} × ${c.threads}`;
      expect(s.terminal.rows[i]!.get('split')).toBe(isSplit ? text : undefined);
      expect(s.markdown.rows[i]!.get('processes × threads')).toBe(isSplit ? text : undefined);
      expect(s.panel.rows[i]!.get('configuration')!.includes(` as ${text} thread`)).toBe(isSplit);
      expect([s.csv[i]!.get('instances'), s.csv[i]!.get('threads')]).toEqual([c.instances, c.threads].map(String));
      expect(s.tool.configurations[i]).toMatchObject({ instances: c.instances, spinning: c.spinning });
    }
    expect(s.lens.includes('batch 1 as 2 × 1 thread')).toBe(isSplit);
  });

  it('compare with what runs today alike, with one sign', () => {
    const { verdict, configurations } = s.json;
    const saving = verdict.saving!;
    expect(saving.against).toBe(verdict.inUse);
    const perRequest = name === 'a limit';
    expect(verdict.againstInUse!.energy).toBe(perRequest ? 'joulesPerRequest' : 'joulesPerImage');
    const unit = perRequest ? 'J/request ' : '';
    const word = perRequest ? ' (modelled)' : '';
    for (const [i, { id }] of configurations.entries()) {
      const percent = verdict.againstInUse!.percent[id]!;
      const ends = verdict.againstInUse!.intervals[id] ?? null;
      // What runs today has none against itself.
      expect(ends === null, id).toBe(id === verdict.inUse);
      const range = ends === null ? '' : ` (${describeChangeRange(ends.low, ends.high).replace(' %', '')})`;
      const text = `${describeChange(percent)}${range}`;
      expect(s.terminal.rows[i]!.get(`${unit}vs today${word}`), id).toBe(text);
      expect(s.panel.rows[i]!.get(`${unit}against today${word}`), id).toBe(text);
      expect(s.panel.rows[i]!.get('verdict')!.endsWith('today'), id).toBe(id === verdict.inUse);
      if (id === verdict.winner) {
        expect(percent).toBeCloseTo(-saving.percent, 12);
        expect(ends).toEqual({ low: -saving.high!, high: -saving.low! });
      }
      if (id === verdict.inUse) expect(text).toBe('0.0 %');
    }
    // All five save something, by measured intervals: the sentence says less, tables and lens show a minus.
    const size = describePercent(saving.percent, saving.low, saving.high);
    expect(saving).toMatchObject({ significant: true });
    expect(verdict.sentence).toContain(`, ${size} less than `);
    expect(s.lens).toContain(`, −${size} against `);
    const winner = configurations.findIndex((c) => c.id === verdict.winner);
    expect(s.terminal.rows[winner]!.get(`${unit}vs today${word}`)).toMatch(/^−/);
  });
});

describe.each([1, 2, 4, 5])('of a run of %i repeats each, all surfaces', (blocks) => {
  it(`show ${blocks < 5 ? 'no interval, and how many repeats there are' : 'an interval'}`, () => {
    const folder = join(runsFolder(workspace), `repeats-${blocks}`);
    mkdirSync(folder, { recursive: true });
    const events = eventsOf(runs['one model']!).filter(
      (event) => !('trial' in event) || event.trial < 10 * (blocks + 1),
    );
    writeFileSync(eventsFile(folder), toLines(events));
    const { json, terminal, panel, markdown, csv, lens, tool } = surfaces(folder);
    const isShown = blocks === 5;
    for (const [i, { joulesPerUnit }] of json.configurations.entries()) {
      // JSON and CSV have the ends of two repeats on, with n.
      expect([joulesPerUnit!.n, joulesPerUnit!.low !== null]).toEqual([blocks, blocks > 1]);
      expect(csv[i]!.get('energy low (J/image)')).toBe(joulesPerUnit!.low === null ? '' : String(joulesPerUnit!.low));
      for (const { rows } of [terminal, panel, markdown]) {
        expect(rows[i]!.get('J/image')).toMatch(isShown ? /^\d\d\.\d ± \d+(\.\d+)? %$/ : /^\d\d\.\d$/);
        expect(Number(rows[i]!.get('n'))).toBe(blocks);
      }
      expect('joulesPerImageInterval95' in tool.configurations[i]!).toBe(isShown);
      expect(tool.configurations[i]).toMatchObject({ n: blocks });
    }
    const few = blocks === 1 ? '(one repeat)' : `(${blocks} repeats)`;
    expect(lens).toMatch(isShown ? / J\/image ± / : / J\/image \(/);
    if (!isShown) expect(lens).toContain(few);
    for (const text of [lens, terminal.text, panel.sentence, json.verdict.sentence, tool.verdict.sentence])
      expect(/ ± \d/.test(text) && !isShown, text).toBe(false);
    expect(markdown.text.includes('of fewer than 5 no interval is shown')).toBe(!isShown);
  });
});

describe('of a run at whose side others worked, all surfaces', () => {
  /** Of the two CPUs one is busy in all windows; so much of that is the run's. */
  const spoiled = (own: number) => {
    const folder = join(runsFolder(workspace), `others-${own}`);
    mkdirSync(folder, { recursive: true });
    const [begin, start, ...rest] = eventsOf(runs['one model']!).map((event) =>
      event.type === 'trial.window' ? { ...event, cpuSeconds: 2 * own } : event,
    );
    const processes = [{ name: 'python3', cpuSeconds: 30 }];
    const looks = [lookedAt(), lookedAt({ block: 1, totalSeconds: 100, processes })];
    writeFileSync(eventsFile(folder), toLines([begin!, start!, ...looks, ...rest]));
    const { run, samples, status } = loadRun(folder);
    const { verdict, configurations } = reportOf(run, samples, { folder, status });
    return {
      ...surfaces(folder),
      hint: batchHint({ verdict, configurations, paretoFront: [] }, { kind: 'experiment' }, undefined),
    };
  };
  const textsOf = ({ json, terminal, panel, markdown, tree, tool }: ReturnType<typeof spoiled>) => [
    ...[json.verdict.sentence, terminal.text, panel.sentence, markdown.text, tree, tool.verdict.sentence],
  ];

  it('name the winner, and say in its sentence what qualifies it and what helps', () => {
    const s = spoiled(0.7);
    const clause =
      'but other processes (python3 30 %) took 30 % of the CPU time that was used: end them and measure again.';
    for (const text of textsOf(s)) expect(text).toContain(clause);
    expect(s.json.verdict).toMatchObject({
      kind: 'greenest',
      qualification: expect.arrayContaining([
        expect.objectContaining({ code: 'other-load', configuration: null }),
      ]) as unknown,
    });
    expect(s.lens).toMatch(/^greenest batch 4: .*; qualified by other load$/);
    expect(s.hint!.text).toMatch(/; qualified by other load$/);
    const told = s.terminal.text.match(/their energy is in every number/g);
    expect(told).toHaveLength(1);
    expect(s.markdown.text.match(/their energy is in every number/g)).toHaveLength(1);
  });

  it('name none where the numbers are more about the others', () => {
    const s = spoiled(0.5);
    const sentence =
      'No verdict: other processes (python3 30 %) took 50 % of the CPU time that was used: end them and measure again.';
    for (const text of textsOf(s)) {
      expect(text).toContain(sentence);
      expect(text).not.toMatch(/greenest|chosen|vs today/);
    }
    expect(s.json.verdict).toMatchObject({
      ...{ kind: 'unresolved', openBecause: 'conditions', winner: null, tied: [], saving: null, againstInUse: null },
      levers: [],
    });
    expect(s.lens).toBe(sentence.slice(0, -1).replace('No', 'no'));
    expect(s.hint).toBeNull();
    expect(s.panel.rows.map((row) => row.get('verdict')).join()).not.toMatch(/greenest|chosen/);
  });
});
