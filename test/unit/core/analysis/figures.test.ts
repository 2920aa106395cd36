import { expect, it } from 'vitest';
import { figuresOf, paperFindings, publishedFigures, slowFiguresOf } from '../../../../src/core/analysis/figures';
import { findingsSchema } from '../../../../src/core/analysis/findingsSchema';
import { figureSchema } from '../../../../src/core/figure/figureSchema';
import { runOfRows } from '../../../support/paperRuns';

const run = runOfRows([{ batchSize: 5, joules: 2, ms: 40 }], { reproduces: 'paper-exp2' });

it('a run has figures of its own and those of the paper that it repeats, each with its own id', () => {
  const figures = [...figuresOf(run), ...slowFiguresOf(run)];
  expect(figures.map(({ id }) => id)).toEqual([
    'paper-figure-3',
    'paper-figure-4',
    'energy-proportionality',
    'adaptation-space',
  ]);
  for (const figure of [...figures, ...publishedFigures(), ...slowFiguresOf(null)])
    expect(figureSchema.safeParse(figure).error).toBeUndefined();
});

it('findings are of the published points, or of a run with nothing measured yet as well', () => {
  for (const of of [null, run, { ...run, results: [] }]) {
    for (const findings of paperFindings(of)) {
      expect(findingsSchema.safeParse(findings).error).toBeUndefined();
      expect(findings.sentence).not.toMatch(/NaN|undefined|Infinity/);
      expect(findings.notes.join(' ')).not.toMatch(/NaN|undefined|Infinity/);
    }
  }
});
