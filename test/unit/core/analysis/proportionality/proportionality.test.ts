import { describe, expect, it } from 'vitest';
import {
  paragraphOf,
  proportionalityAnalysis,
  proportionalityOf,
} from '../../../../../src/core/analysis/proportionality/proportionality';
import { proportionalitySchema } from '../../../../../src/core/analysis/proportionality/proportionalitySchema';
import { runOfRows } from '../../../../support/paperRuns';

const rows = [
  { batchSize: 1, joules: 4, ms: 10, watts: 100, utilisation: 0.5 },
  { batchSize: 8, joules: 3, ms: 10, watts: 160, utilisation: 1 },
];

describe('proportionality', () => {
  it('is told from rest and load, by hand', () => {
    const run = runOfRows(rows, { idleWatts: 60 });
    const set = proportionalityOf(run);
    expect(set.dynamicRange).toBeCloseTo(1 - 60 / 160, 9);
    // Area by trapezoids .5 · 80 + .5 · 130 = 105, below the line 80: 1 − 25/80.
    expect(set.proportionality).toBeCloseTo(1 - 25 / 80, 9);
    const [one] = set.configurations;
    // 100 W at 4 J a unit are 25 a second: 60 W at rest are 2.4 J of each.
    expect(one!.idleJoulesPerUnit!).toBeCloseTo(2.4, 1);
    expect(one!.idleShare!).toBeCloseTo(0.6, 1);
    expect(one!.dynamicJoulesPerUnit!.value).toBeCloseTo(1.6, 1);
    const json = proportionalityAnalysis.json(proportionalityAnalysis.run([run, runOfRows(rows)]));
    expect(proportionalitySchema.safeParse(json).error).toBeUndefined();
  });

  it('is 1 of a machine in proportion to its load, 0 of one that always draws the same', () => {
    const at = (idleWatts: number, half: number) =>
      proportionalityOf(runOfRows([{ ...rows[0]!, watts: half }, rows[1]!], { idleWatts })).proportionality!;
    expect(at(0, 80)).toBeCloseTo(1, 9);
    expect(at(160, 160)).toBeCloseTo(0, 9);
  });

  it('says what cannot be told without a baseline', () => {
    const set = proportionalityOf(runOfRows(rows));
    expect(set).toMatchObject({ idleWatts: null, dynamicRange: null, proportionality: null });
    expect(set.configurations[0]!.dynamicJoulesPerUnit).toBeNull();
    expect(paragraphOf(set)).toContain('without an idle baseline');
  });

  it('is a paragraph with the numbers that the chart has', () => {
    expect(paragraphOf(proportionalityOf(runOfRows(rows, { idleWatts: 60 })))).toMatchInlineSnapshot(
      `"At rest the machine draws 60.0 W, 38 % of the 160 W at 100 % of the CPU time (Batch 8): its dynamic range is 0.63, its proportionality 0.69, where 1 is power in proportion to load. Of each joule 38 to 60 % is what the machine draws at rest anyway; its dynamic energy, what work costs besides, is 1.60 J/image (Batch 1) to 1.87 J/image (Batch 8)."`,
    );
    expect(paragraphOf(proportionalityOf({ ...runOfRows(rows), results: [] }))).toBe('Nothing was measured yet.');
  });

  it('says of an estimate that it shows its own curve', () => {
    const run = runOfRows(rows, { idleWatts: 60 });
    const estimated = { ...run, terms: { ...run.terms, estimated: true } };
    const result = proportionalityAnalysis.run([estimated]);
    expect(proportionalityAnalysis.notes(result)[0]).toContain('the curve of the estimate');
  });

  it('bounds power in the published points, and leaves the rest open', () => {
    const result = proportionalityAnalysis.run([]);
    const [set] = result.sets;
    expect(set!.configurations[0]!.watts.value).toBeCloseTo(228.8, 1);
    expect(set!.configurations.at(-1)!.watts.value).toBeCloseTo(190.9, 1);
    const sentence = proportionalityAnalysis.sentence(result);
    expect(sentence).toContain('cannot be told');
    // Two upper bounds do not order what they bound.
    expect(sentence).not.toContain('draws less power');
    expect(sentence).toContain('Whether power itself changes is not told');
  });

  it('names power at the highest use so, for another configuration may draw more', () => {
    const [low, high] = [{ ...rows[0]!, watts: 200 }, rows[1]!];
    expect(paragraphOf(proportionalityOf(runOfRows([low, high])))).toMatch(
      /^Power at the highest use is 160 W at 100 % of the CPU time/,
    );
    const run = runOfRows([low, high]);
    const unseen = run.results.map((r) => ({ ...r, trials: r.trials.map((t) => ({ ...t, utilisation: null })) }));
    expect(paragraphOf(proportionalityOf({ ...run, results: unseen }))).toMatch(/^The highest power is 200 W/);
  });
});
