import { expect, it } from 'vitest';
import { answersTable, signed } from '../../../../../webview/parts/pipeline/answersTable';
import { problemOf, viewOf } from '../../../../support/pipelineViews';

const view = viewOf({ name: 'video', problem: problemOf() });

it('has a row for each answer, with what it differs in from the one that was asked for', () => {
  const { columns, rows } = answersTable(view);
  expect(columns).toEqual([
    ...['way', 'accuracy', 'Δ accuracy', 'cores', 'Δ cores', 'ms', 'Δ ms', 'J/request', 'Δ J/request', 'W'],
    'chosen instead',
  ]);
  expect(rows.map(([way]) => way)).toEqual(['As asked', 'Accuracy first', 'Balanced', 'Energy first', 'Cost first']);
  const [asked, accuracyFirst] = [view.answers[0]!.answer, view.answers[1]!.answer];
  expect(rows[0]).toEqual([
    ...['As asked', asked.accuracy, null, asked.cores, null, 1000 * asked.latencySeconds!, null],
    ...[asked.joulesPerRequest, null, asked.watts, '–'],
  ]);
  expect(rows[1]![2]).toBe(signed(accuracyFirst.accuracy! - asked.accuracy!));
  expect(rows[1]![8]).toMatch(/^\+\d/);
  expect(rows[3]![8]).toMatch(/^(−\d|0$)/);
  expect(rows.slice(1).map((row) => row.at(-1))).toContainEqual(expect.stringMatching(/^(detect|classify): /));
});

it('says of a way that chooses the same that it does, and of one without a solution that it has none', () => {
  const { answers } = view;
  const none = {
    ...viewOf({ name: 'video', problem: problemOf({ slaSeconds: 0.001 }) }).answers[0]!,
    name: 'fixed-replicas' as const,
  };
  const { rows } = answersTable({ ...view, answers: [answers[0]!, { ...answers[0]!, name: 'balanced' }, none] });
  expect(rows[1]!.slice(2, 9)).toEqual(['0', rows[0]![3], '0', rows[0]![5], '0', rows[0]![7], '0']);
  expect(rows[1]!.at(-1)).toBe('the same');
  expect(rows[2]).toEqual(['Fixed replicas (RIM-like)', ...Array.from({ length: 9 }, () => null), 'no solution']);
});

it('is empty where nothing has a solution', () => {
  expect(answersTable(viewOf({ name: 'video', problem: problemOf({ slaSeconds: 0.001 }) })).rows).toEqual([]);
});

it.each([
  [2, '+2'],
  [-0.0213, '−0.0213'],
  [1e-13, '0'],
  [-1234.5, '−1235'],
])('has one sign for more and for less: %s', (value, expected) => {
  expect(signed(value)).toBe(expected);
});
