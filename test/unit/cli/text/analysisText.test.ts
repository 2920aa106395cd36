import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { printAnalysis } from '../../../../src/cli/text/analysisText';
import type { AnalysedRun, Analysis } from '../../../../src/core/analysis/analysis';
import { comparisonAnalysis } from '../../../../src/core/analysis/comparison/comparisonAnalysis';
import { verdictAnalysis } from '../../../../src/core/analysis/verdict/verdictAnalysis';
import { analysedRun } from '../../../../src/core/report/report';
import type { RunEvent } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import { keepPrinted } from '../../../support/printed';
import { sweep } from '../../../support/runEvents';

const printed = keepPrinted();
afterEach(() => {
  Reflect.deleteProperty(process.stdout, 'columns');
});

/** A sweep whose work is counted in `unit`. */
function runOf(id: string, unit = 'image', measured = true): AnalysedRun {
  const events = sweep(measured).map((event): RunEvent =>
    event.type === 'run.created' ? { ...event, workload: { ...event.workload, unit } } : event,
  );
  const run = foldRun(events);
  run.runId = id;
  return analysedRun(run, () => [], { folder: `/runs/${id}`, status: 'complete' });
}

/** How much energy runs took, of any number of them: nothing under src knows of it. */
type Totals = { unit: string; rows: { run: string; joules: number; trials: number | null }[] };
const totals: Analysis<readonly AnalysedRun[], Totals> = {
  id: 'totals',
  title: 'Energy of all',
  schema: z.strictObject({
    version: z.literal(1),
    rows: z.array(z.strictObject({ run: z.string(), joules: z.number(), trials: z.int().nullable() })),
  }),
  run: (runs) => ({
    unit: runs[0]?.report.run.workload.unit ?? 'unit',
    rows: runs.map(({ report, results }) => {
      const trials = results.flatMap((r) => r.trials);
      const joules = trials.reduce((sum, t) => sum + t.joulesPerUnit, 0);
      return { run: report.run.id, joules, trials: trials.length > 10 ? null : trials.length };
    }),
  }),
  json: ({ rows }) => ({ version: 1, rows }),
  sentence: ({ rows, unit }) => `${rows.length} runs, a ${unit} at a time.`,
  table: ({ rows, unit }) => ({
    columns: ['run', `J/${unit}, added`, 'trials'],
    rows: rows.map((r) => [r.run, r.joules, r.trials]),
  }),
  notes: () => ['Sums of means\nmean little.'],
};

describe('one printer', () => {
  const runs = [runOf('a', 'token'), runOf('b', 'token'), runOf('c', 'token')];

  it('prints an analysis that it has never seen: runs, table, sentence and notes', () => {
    const result = printAnalysis(totals, runs, { json: false });
    expect(result.rows).toHaveLength(3);
    expect(printed.out).toBe(`
first   test · a · complete
second  test · b · complete
run 3   test · c · complete

run  J/token, added  trials
a               341       –
b               341       –
c               341       –

3 runs, a token at a time.
Sums of means mean little.

`);
  });

  it('goes on below where a table is wider than the terminal', () => {
    process.stdout.columns = 20;
    printAnalysis(totals, runs, { json: false });
    expect(printed.out).toContain(`
run  J/token, added
a               341
b               341
c               341

run  trials
a         –
`);
  });

  it('prints the sentence and the notes alone where it is asked to be brief', () => {
    printAnalysis(totals, runs, { json: false, brief: true });
    expect(printed.out).toBe('3 runs, a token at a time.\nSums of means mean little.\n');
  });

  it('has no empty table where nothing is said', () => {
    printAnalysis(totals, [], { json: false });
    expect(printed.out).toBe('\n0 runs, a unit at a time.\nSums of means mean little.\n\n');
  });
});

/** What an analysis prints as JSON is valid by its own schema, by zod and by the file that is made of it. */
function printedJson<In extends readonly AnalysedRun[], Out>(analysis: Analysis<In, Out>, runs: In) {
  printed.out = '';
  printAnalysis(analysis, runs, { json: true });
  const json = JSON.parse(printed.out);
  analysis.schema.parse(json);
  const validate = new Ajv2020({ strict: false }).compile(z.toJSONSchema(analysis.schema));
  expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
  return json;
}

describe('the JSON of every analysis', () => {
  it.each(['image', 'token'])('fits its schema, its work counted in %s', (unit) => {
    const [one, other] = [runOf('a', unit), runOf('b', unit)];
    printedJson(totals, [one, other]);
    expect(printedJson(verdictAnalysis, [one]).verdict.sentence).toContain(`J/${unit}`);
    expect(printedJson(comparisonAnalysis, [one, other])).toMatchObject({ version: 2, unit, refused: null });
    const refused = printedJson(comparisonAnalysis, [one, runOf('c', unit, false)]);
    expect(refused.refused.code).toBe('measured-with-estimated');
  });

  it('names images as before while the work is images, and nothing but units where it is not', () => {
    const [image, token] = ['image', 'token'].map((unit) => [runOf('a', unit), runOf('b', unit)] as const);
    const { configurations } = printedJson(comparisonAnalysis, image!);
    expect(configurations).toHaveLength(3);
    for (const c of configurations) {
      expect(c.joulesPerUnit.first.mean).toBeGreaterThan(0);
      expect(c).toMatchObject({ joulesPerImage: c.joulesPerUnit, imagesPerSecond: c.unitsPerSecond });
    }
    printedJson(comparisonAnalysis, token!);
    expect(printed.out).not.toMatch(/image/i);
    expect(printedJson(verdictAnalysis, [image![0]]).verdict).toMatchObject({ metric: 'joulesPerImage' });
    expect(printedJson(verdictAnalysis, [token![0]]).verdict).toMatchObject({ metric: 'joulesPerUnit' });
  });

  it('prints the unit in tables and sentences', () => {
    printAnalysis(comparisonAnalysis, [runOf('a', 'token'), runOf('b', 'token')], { json: false });
    expect(printed.out).toMatch(/first J\/token +second J\/token +difference +tokens\/s/);
    expect(printed.out).not.toContain('image');
  });
});
