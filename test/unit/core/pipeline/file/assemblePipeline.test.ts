import { describe, expect, test } from 'vitest';
import { assemblePipeline, type ReadPipeline } from '../../../../../src/core/pipeline/file/assemblePipeline';
import { pipelineFileSchema } from '../../../../../src/core/pipeline/file/pipelineFile';
import type { EnergyBasis, ProfiledOption, StageProfile } from '../../../../../src/core/pipeline/profile/stageProfile';

const option = (variant: string, rest: Partial<ProfiledOption> = {}): ProfiledOption => ({
  ...{ variant, batch: 1, accuracy: 0.5, cores: 1, latencySeconds: 0.1, throughput: 10, joulesPerRequest: 1 },
  ...{ idleWattsPerCore: 2, ...rest },
});
const profile = (options: ProfiledOption[], basis: EnergyBasis | null = null): StageProfile => ({
  ...{ options, source: 'imported: a.csv', notes: ['it is small'], basis },
});
const measured: EnergyBasis = {
  ...{
    run: 'run r',
    measured: true,
    kinds: 'powercap',
    curve: '',
    domains: 'package',
    machine: 'A',
    scope: 'inference',
  },
};
const base = { load: 20, slaSeconds: 2, stages: [{ name: 'a' }, { name: 'b' }] };
const assembled = (file: object, profiles: ReadPipeline['profiles'], rest: Partial<ReadPipeline> = {}) =>
  assemblePipeline({
    ...{ file: pipelineFileSchema.parse({ ...base, ...file }), stageLines: [3, 7], name: 'two', profiles },
    ...{ load: { kind: 'constant', requestsPerSecond: 20 }, ...rest },
  });

describe('a pipeline whose stages are profiled', () => {
  test('is a problem at the largest load, with the terms of the file', () => {
    const { problem, stages, notes, name } = assembled(
      {
        weights: { delta: 3 },
        limits: { watts: 9 },
        scalingCap: 7,
        stages: [
          { name: 'a', variant: 'v' },
          { name: 'b', replicas: 2 },
        ],
      },
      [[profile([option('v'), option('w', { cores: 2 }), option('v', { batch: 4 })])], [profile([option('x')])]],
      { load: { kind: 'trace', requestsPerSecond: [1, 30, 2], file: 't.csv' } },
    );
    expect(problem).toMatchObject({
      ...{ load: 30, slaSeconds: 2, scalingCap: 7, limits: { watts: 9 }, weights: { alpha: 1, delta: 3 } },
      stages: [
        { name: 'a', variant: 'v' },
        { name: 'b', replicas: 2 },
      ],
    });
    expect(name).toBe('two');
    expect(stages[0]).toEqual({
      name: 'a',
      variants: [
        { variant: 'v', accuracy: 0.5, batches: [1, 4], cores: 1 },
        { variant: 'w', accuracy: 0.5, batches: [1], cores: 2 },
      ],
      sources: ['imported: a.csv'],
      missing: null,
    });
    expect(notes).toEqual(['a: it is small.', 'b: it is small.']);
  });

  test('shows the core counts of a variant apart', () => {
    const options = [option('v'), option('v', { cores: 2 }), option('v', { cores: 2, batch: 2 })];
    const { stages } = assembled({}, [[profile(options)], [profile([option('x')])]]);
    expect(stages[0]!.variants.map(({ cores, batches }) => [cores, batches])).toEqual([
      [1, [1]],
      [2, [1, 2]],
    ]);
  });
});

describe('what a stage lacks is told with its line, and there is no problem', () => {
  const whole = [profile([option('x')])];
  test.each<[string, object, ReadPipeline['profiles'], RegExp]>([
    ['no profile', {}, [[], whole], /^it has no profile: name a run, a table or options/],
    [
      'an experiment to measure',
      { stages: [{ name: 'a', experiment: './a.energy.yaml' }, { name: 'b' }] },
      [[], whole],
      /^it has no profile: measure \.\/a\.energy\.yaml \(greenbatch run\)/,
    ],
    [
      'a profile that is none',
      {},
      [[{ problem: 'no run "x"', kind: 'unprofiled' }, ...whole], whole],
      /^no run "x"\.$/,
    ],
    ['an accuracy', {}, [[profile([option('v', { accuracy: null })])], whole], /accuracy of v is not known/],
    [
      'its variant',
      { stages: [{ name: 'a', variant: 'yolov7tiny' }, { name: 'b' }] },
      [[profile([option('yolov7-tiny')])], whole],
      /^variant is yolov7tiny, which no profile has: did you mean yolov7-tiny\?/,
    ],
    [
      'an accuracy above 0 in a product',
      { accuracyMethod: 'multiply' },
      [[profile([option('v', { accuracy: -41 })])], whole],
      /^v at batch 1: accuracy: a product of accuracies needs each of them at or above 0/,
    ],
    [
      'a throughput above 0, which a run of a log of others may not have',
      {},
      [[profile([option('v', { throughput: 0 })])], whole],
      /^v at batch 1: throughput: .*>0/,
    ],
    [
      'measured joules beside those of the others',
      {},
      [
        [profile([option('v')], { ...measured, measured: false, kinds: 'estimate' })],
        [profile([option('x')], measured)],
      ],
      /^its joules are estimated \(run r\), those of b were measured/,
    ],
  ])('%s', (_, file, profiles, message) => {
    const { problem, stages, terms } = assembled(file, profiles);
    expect(problem).toBeNull();
    expect(terms).toMatchObject({ load: 20, slaSeconds: 2, weights: { alpha: 1 } });
    expect(stages[0]!.missing?.message).toMatch(message);
    expect(stages[0]!.missing?.line).toBe(3);
    const mayMeasure = /^(it has no profile|no run)/.test(stages[0]!.missing!.message);
    expect(stages[0]!.missing?.kind).toBe(mayMeasure ? 'unprofiled' : 'wrong');
    expect(stages[1]!.missing).toBeNull();
  });
});
