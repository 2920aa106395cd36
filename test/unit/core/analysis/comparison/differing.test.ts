import { expect, it } from 'vitest';
import type { AnalysedRun } from '../../../../../src/core/analysis/analysis';
import { differing } from '../../../../../src/core/analysis/comparison/differing';
import { specSchema, type SpecInput } from '../../../../../src/core/spec/spec';
import { runOfDay } from '../../../../support/simulatedRuns';

const spec: SpecInput = { name: 'before', models: ['./m.onnx'], batchSizes: [1, 2] };
function runOf(
  input: Partial<SpecInput> = {},
  {
    sha256 = 'a'.repeat(64),
    files = [],
    commit = 'c1',
    program = 'greenbatch 1',
  }: { sha256?: string; files?: { path: string; sha256: string }[]; commit?: string | null; program?: string } = {},
): AnalysedRun {
  const environment = commit === null ? { git: null } : { git: { commit } };
  const run = runOfDay(0, [], environment);
  const models = [{ model: './m.onnx', sha256, parameters: null, gflops: null }];
  return {
    ...run,
    report: { ...run.report, run: { ...run.report.run, models, program } },
    experiment: { spec: specSchema.parse({ ...spec, ...input }), files },
  };
}

it('tells what differs key by key, and not that the names do', () => {
  expect(differing(runOf(), runOf({ name: 'after' }))).toEqual([]);
  expect(differing(runOf(), runOf({ batchSizes: [1, 4], measure: { windowSeconds: 7 }, weightsFile: 'w.pt' }))).toEqual(
    [
      { key: 'batchSizes', first: '[1,2]', second: '[1,4]' },
      { key: 'measure.windowSeconds', first: '5', second: '7' },
      { key: 'weightsFile', first: null, second: 'w.pt' },
    ],
  );
});

it('tells models and weights of the same name that are others, the commit and the program', () => {
  const weights = (sha256: string) => [{ path: `/x/${sha256}/weights/w.pt`, sha256 }];
  const [a, b] = [
    runOf({}, { files: weights('1'.repeat(64)) }),
    runOf({}, { sha256: 'b'.repeat(64), files: weights('2'.repeat(64)), commit: null, program: 'greenbatch 2' }),
  ];
  expect(differing(a, b)).toEqual([
    { key: 'model ./m.onnx', first: 'sha256 aaaaaaaaaaaa…', second: 'sha256 bbbbbbbbbbbb…' },
    { key: 'file w.pt', first: 'sha256 111111111111…', second: 'sha256 222222222222…' },
    { key: 'commit of the workspace', first: 'c1', second: null },
    { key: 'program', first: 'greenbatch 1', second: 'greenbatch 2' },
  ]);
});
