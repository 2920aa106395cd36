import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { configFiles } from '../../../../src/core/ipa/exportConfig';
import { type PipelineProblemInput, problemSchema } from '../../../../src/core/pipeline/problem';

const option = (variant: string, batch: number, cores: number, accuracy: number, latencySeconds = 0.1 * batch) => ({
  ...{ variant, batch, cores, accuracy, latencySeconds, throughput: 10, joulesPerRequest: 1 },
});
const problemOf = (more: Partial<PipelineProblemInput> = {}) =>
  problemSchema.parse({
    ...{
      load: 12.5,
      slaSeconds: 3,
      weights: { alpha: 2, beta: 1, gamma: 1e-7, delta: 0.5 },
      accuracyMethod: 'multiply',
    },
    stages: [
      { name: 'crop', options: [option('a', 1, 1, 0.457), option('a', 4, 1, 0.457), option('b', 1, 2, 68.9 / 100)] },
      { name: 'sort', options: [option('c', 1, 2, 0.7831)] },
    ],
    ...more,
  });
const exported = (more: Partial<PipelineProblemInput> = {}, chosen?: Parameters<typeof configFiles>[2]) => {
  const problem = problemOf(more);
  const firsts = problem.stages.map(({ name, options }) => ({ ...options[0]!, name, replicas: 1 }));
  const found = configFiles('video', problem, chosen ?? firsts, 7);
  return { ...found, text: found.config.text, config: parse(found.config.text) as Record<string, unknown> };
};

describe('a run config', () => {
  it('has the problem in IPA’s keys, the solution as initial values', () => {
    const chosen = [
      { name: 'crop', variant: 'b', batch: 1, cores: 2, replicas: 3 },
      { name: 'sort', variant: 'c', batch: 1, cores: 2, replicas: 2 },
    ];
    const { config, text, accuracies, notes } = exported({}, chosen);
    expect(config).toMatchObject({
      ...{ alpha: 2, beta: 1, gamma: 1e-7, delta: 0.5, scaling_cap: 100, batching_cap: 4, profiling_load: 12.5 },
      ...{ model_name: ['crop', 'sort'], task_name: ['crop', 'sort'], profiling_series: [7, 8], number_tasks: 2 },
      ...{
        initial_active_model: ['b', 'c'],
        initial_cpu_allocation: [2, 2],
        initial_replica: [3, 2],
        initial_batch: [1, 1],
      },
      ...{ baseline_mode: null, accuracy_method: 'multiply', allocation_mode: 'base' },
    });
    expect(text).toContain('gamma: 1.0e-7\n');
    expect(parse(accuracies)).toEqual({ video: { crop: { a: 45.7, b: 68.9 }, sort: { c: 78.31 } } });
    expect(notes.join()).toMatch(/delta is read by the authors’ fork alone/);
  });

  it('has a factor that gives back the SLA by IPA’s rule', () => {
    // Mean latencies at the smallest batch: (.1 + .1) ÷ 2 and .1.
    expect(exported().config.sla_factor).toBeCloseTo(3 / (5 * 0.2), 12);
  });

  it('says what IPA has no words for', () => {
    expect(exported({ limits: { watts: 5 } }).notes.join()).toMatch(/limits of energy are left out/);
    const mixed = problemOf();
    mixed.stages[0]!.replicas = 2;
    expect(exported({ stages: mixed.stages }).notes.join()).toMatch(/baseline_mode is null/);
    const fixed = problemOf().stages.map((stage) => ({ ...stage, variant: stage.options[0]!.variant }));
    expect(exported({ stages: fixed }).config.baseline_mode).toBe('scale');
    expect(exported({ stages: problemOf().stages.map((stage) => ({ ...stage, replicas: 4 })) }).config).toMatchObject({
      ...{ baseline_mode: 'switch' },
    });
  });

  it('says where IPA goes on with other cores than the solution, and with fewer accuracies', () => {
    const stages = [{ name: 'crop', options: [option('a', 1, 1, 0.5), option('a', 1, 4, 0.5, 0.02)] }];
    const chosen = { name: 'crop', variant: 'a', batch: 1, replicas: 1 };
    expect(exported({ stages }, [{ ...chosen, cores: 4 }]).notes.join()).toMatch(
      /is that of the solution, 4 cores; IPA goes on with 1/,
    );
    expect(exported({ stages }, [{ ...chosen, cores: 1 }]).notes.join()).not.toMatch(/goes on/);
    const four = [1, 2, 3, 4].map((s) => ({ name: `${s}`, options: [option('a', 1, 1, 0.5)] }));
    expect(exported({ stages: four }).notes.join()).toMatch(/first 3 tasks alone, this problem those of all 4/);
    expect(exported({ stages: four, accuracyMethod: 'sum' }).notes.join()).not.toMatch(/tasks alone/);
  });

  it('is refused where IPA’s rules cannot give its cores', () => {
    const crop = (...options: ReturnType<typeof option>[]) => ({ stages: [{ name: 'crop', options }] });
    expect(exported(crop(option('a', 1, 1, 0.5), option('a', 2, 2, 0.5))).notes.join()).toMatch(
      /of the core counts of a IPA takes 1 by its base allocation and no other/,
    );
    // The more accurate variant has the cores that come first.
    expect(() => exported(crop(option('b', 1, 4, 0.9), option('a', 1, 1, 0.5)))).toThrow(/cores may not go down/);
    expect(() =>
      exported({ slaSeconds: 0.5, ...crop(option('a', 1, 1, 0.5, 0.1), option('b', 1, 1, 0.9, 1)) }),
    ).toThrow(/IPA refuses these profiles: a variant has to keep its task’s share of the SLA/);
    expect(() => exported(crop(option('a', 1, 1, 0.5, 0)))).toThrow(/all latencies are 0/);
  });

  it('takes no name of another file, and keeps the accuracies of others', () => {
    const problem = problemOf();
    const chosen = problem.stages.map(({ name, options }) => ({ ...options[0]!, name, replicas: 1 }));
    expect(() => configFiles('Accuracies', problem, chosen, 7)).toThrow(/cannot be called Accuracies.yaml/);
    const others = new Map([['audio', new Map([['s2t', new Map([['tiny', -41.28]])]])]]);
    expect(configFiles('a b', problem, chosen, 7, others).config.name).toBe('a-b.yaml');
    expect(parse(configFiles('a b', problem, chosen, 7, others).accuracies)).toMatchObject({
      ...{ audio: { s2t: { tiny: -41.28 } }, 'a b': { sort: { c: 78.31 } } },
    });
  });
});
