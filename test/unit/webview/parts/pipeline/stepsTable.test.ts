import { expect, it } from 'vitest';
import { stepsTable, stepText } from '../../../../../webview/parts/pipeline/stepsTable';
import { problemOf, viewOf } from '../../../../support/pipelineViews';

const change = (variant: string, batch: number, replicas: number, cores = 2) => ({ variant, batch, replicas, cores });

it.each([
  [change('a', 1, 2), change('a', 4, 1), 'batch 1 → 4, ×2 → ×1'],
  [change('a', 1, 2), change('a', 4, 2), 'batch 1 → 4'],
  [change('a', 1, 2), change('a', 1, 1, 4), '×2 → ×1, 2 → 4 cores'],
  [change('a', 1, 2), change('b', 4, 3), 'a → b b4 ×3'],
])('says what a step changes', (from, to, expected) => {
  expect(stepText({ from, to })).toBe(expected);
});

it('has a row for each step, in the signs of the answers’ table', () => {
  const view = viewOf({ name: 'video', problem: problemOf() });
  const { columns, rows } = stepsTable(view);
  expect(rows).toHaveLength(view.steps.length);
  for (const row of rows) {
    expect(row).toHaveLength(columns.length);
    // Nothing is better than the optimum, but where it breaks a limit.
    if (row.at(-1) === 'yes') expect(row.at(-2)).toMatch(/^(−|0$)/);
  }
});
