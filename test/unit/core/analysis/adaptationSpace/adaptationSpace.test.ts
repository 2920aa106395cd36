import { expect, it } from 'vitest';
import {
  adaptationSpaceAnalysis,
  adaptationSpaceFigures,
} from '../../../../../src/core/analysis/adaptationSpace/adaptationSpace';
import { adaptationSpaceSchema } from '../../../../../src/core/analysis/adaptationSpace/adaptationSpaceSchema';
import { figureSchema } from '../../../../../src/core/figure/figureSchema';
import { runOfRows } from '../../../../support/paperRuns';

it('of the published points has the models with their accuracy, cost, energy and share', () => {
  const result = adaptationSpaceAnalysis.run([]);
  expect(adaptationSpaceSchema.safeParse(adaptationSpaceAnalysis.json(result)).error).toBeUndefined();
  const [set] = result.sets;
  expect(set!.configurations).toHaveLength(14);
  const tiny = set!.configurations[0]!;
  // 48 cores for 39.3 ms.
  expect(tiny.coreSecondsPerUnit).toBeCloseTo(1.8864, 9);
  expect(tiny.share).toBe(Math.max(...set!.configurations.map(({ share }) => share)));
  const [figure] = adaptationSpaceFigures(result, 'published');
  expect(figureSchema.safeParse(figure).error).toBeUndefined();
  expect(figure!.layers[0]!.points.map(({ share }) => share)).toEqual(set!.configurations.map(({ share }) => share));
  expect(figure!.layers[0]!.points[0]).toMatchObject({ y: 0.4766, size: 12.666 });
});

it('of a run whose threads nobody knows has no cost, and says where no level is kept', () => {
  const run = runOfRows([{ batchSize: 64, joules: 10, ms: 20, watts: 10, accuracy: [0.5, 0.7] }]);
  const result = adaptationSpaceAnalysis.run([{ ...run, results: run.results.map((r) => ({ ...r, threads: 0 })) }]);
  expect(result.sets[0]!.configurations[0]!.coreSecondsPerUnit).toBeNull();
  expect(adaptationSpaceFigures(result, 'run')[0]!.layers[0]!.missing).toContain('threads');
  expect(adaptationSpaceAnalysis.sentence(result)).toContain('no configuration keeps any');
});

it('of a run without accuracy says that there is none', () => {
  const run = runOfRows([{ batchSize: 1, joules: 10, ms: 20 }]);
  const [figure] = adaptationSpaceFigures(adaptationSpaceAnalysis.run([run]), 'run');
  expect(figure!.layers[0]).toMatchObject({ points: [], missing: expect.stringContaining('no accuracy') });
  expect(adaptationSpaceAnalysis.sentence(adaptationSpaceAnalysis.run([{ ...run, results: [] }]))).toContain('nothing');
});

it('says of whole processes that latency is of inference alone, and of an estimate that it is one', () => {
  const row = { batchSize: 1, joules: 10, ms: 20 };
  const notes = (run: ReturnType<typeof runOfRows>) =>
    adaptationSpaceAnalysis.notes(adaptationSpaceAnalysis.run([run])).join(' ');
  expect(notes(runOfRows([row], { scope: 'process' }))).toContain('as long as their inference calls');
  const run = runOfRows([row], { scope: 'inference' });
  expect(notes(run)).not.toContain('inference calls');
  const estimated = { ...run, terms: { ...run.terms, estimated: true } };
  expect(notes(estimated)).toContain('made by the estimate');
  const result = adaptationSpaceAnalysis.run([estimated]);
  expect(adaptationSpaceAnalysis.sentence(result)).toContain('(ESTIMATED joules)');
  expect(adaptationSpaceFigures(result, 'run')[0]!.size!.title).toContain('ESTIMATED');
});
