import { expect, it, vi } from 'vitest';
import { experimentProblems, quickFixes } from '../../../../src/extension/language/experimentProblems';
import { documentOf, Range } from '../../../support/fakeEditor';

vi.mock('vscode', () => import('../../../support/fakeEditor'));

const text = 'models: [yolov7-tiny]\nbatchSise: [1]\nmeasure: { repeats: { max: 3 }, scope: proces }\n';
const document = () => documentOf('/w/a.energy.yaml', text) as never;
const told = (beyondSchemaAlone: boolean) =>
  experimentProblems(document(), { beyondSchemaAlone }).map((d) => [
    d.range.start.line,
    d.message.replace(/ \(allowed.*/, ''),
    d.severity,
    d.source,
  ]);

it('tells what the program would, where it stands', () => {
  expect(told(false)).toEqual([
    [0, 'is missing', 0, 'Greenbatch'],
    [1, 'unknown key: did you mean batchSizes?', 0, 'Greenbatch'],
    [2, 'max (3) is below min (5); without a value of their own max is 12 and min is 5', 0, 'Greenbatch'],
    [2, '"proces" is none of the values: did you mean process?', 0, 'Greenbatch'],
  ]);
});

it('tells what no schema tells alone, where another extension goes by the schema', () => {
  expect(told(true).map(([line]) => line)).toEqual([2]);
});

it('tells what is probably not meant as a warning', () => {
  const doubtful = documentOf('/w/a.energy.yaml', 'models: [yolov7]\nbatchSizes: [1]\ncurrent: { batchSize: 2 }\n');
  expect(experimentProblems(doubtful as never, { beyondSchemaAlone: true })).toMatchObject([{ severity: 1 }]);
});

it('mends what was most likely meant, at the problem alone', () => {
  const fixes = (line: number, character: number) =>
    quickFixes(document(), new Range(line, character, line, character) as never).map((fix) => [
      fix.title,
      (fix.edit as never as { replaced: { range: Range; newText: string }[] }).replaced,
    ]);
  const edit = (range: Range, newText: string) => [expect.objectContaining({ range, newText })];
  expect(fixes(1, 3)).toEqual([['Change to batchSizes', edit(new Range(1, 0, 1, 9), 'batchSizes')]]);
  expect(fixes(2, 42)).toEqual([['Change to process', edit(new Range(2, 39, 2, 45), 'process')]]);
  expect(fixes(0, 2)).toEqual([]);
});
