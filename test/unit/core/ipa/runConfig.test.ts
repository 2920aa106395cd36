import { describe, expect, it } from 'vitest';
import { readRunConfig } from '../../../../src/core/ipa/runConfig';
import { configOf, configText, hasIpaData, ipaFile, problemsOf, valueOf } from '../../../support/ipaFiles';

const problems = (more: Record<string, unknown>) => problemsOf(readRunConfig(configText(more))).join('\n');

describe('a run config of IPA', () => {
  it('has weights, caps and names; what is of the cluster is let stand', () => {
    expect(configOf()).toMatchObject({ alpha: 2, gamma: 1e-6, delta: 0, baseline_mode: null, profiling_load: 20 });
    expect(configOf({ delta: 0.5, profiling_load: [20, 10], baseline_mode: 'switch' })).toMatchObject({
      ...{ delta: 0.5, profiling_load: [20, 10], baseline_mode: 'switch' },
    });
  });

  it.each([
    [{ alpha: undefined }, /alpha is missing/],
    [{ alpha: 'much' }, /alpha .*number/],
    [{ beta: -1 }, /beta -1 is too small/],
    [{ task_name: 'crop' }, /task_name .*list/],
    [{ model_name: ['yolo'] }, /model_name has 1 values; task_name has 2/],
    [{ profiling_series: [71] }, /profiling_series has 1 values/],
    [{ profiling_load: [20] }, /profiling_load has 1 values/],
    [{ number_tasks: 3 }, /number_tasks is 3; task_name has 2/],
    [{ task_name: ['crop', 'crop'] }, /crop names two tasks/],
    [{ baseline_mode: 'fa2' }, /baseline_mode/],
    [{ baseline_mode: 'scale', initial_active_model: undefined }, /scale keeps the variants of initial_active_model/],
    [{ baseline_mode: 'switch', initial_replica: undefined }, /switch keeps the replicas/],
    [{ allocation_mode: 'variable' }, /allocation_mode "variable" .*base/],
    [{ accuracy_method: 'product' }, /accuracy_method "product"/],
    [{ reference_latency: 'var' }, /reference_latency "var"/],
    [{ latency_margin: -100 }, /latency_margin/],
    [{ scaling_cap: 2.5 }, /scaling_cap/],
    [{ task_name: ['a\u0007', 'b'] }, /control character/],
    [{ model_name: Array(10).fill('x') }, /model_name/],
  ])('%j is refused', (more, message) => {
    expect(problems(more)).toMatch(message);
  });

  it('is refused with its line where it is no such file', () => {
    expect(problemsOf(readRunConfig(''))).not.toEqual([]);
    expect(problemsOf(readRunConfig('- a\n- b\n'))).not.toEqual([]);
    const text = configText();
    expect(problemsOf(readRunConfig(text.replace('beta: 1', 'beta: [')))[0]).toMatch(/^1\d /);
  });

  it.skipIf(!hasIpaData)('of the video pipeline is read (shared data, GREENBATCH_FIXTURES)', () => {
    expect(valueOf(readRunConfig(ipaFile('video-mul-1.config.yaml')))).toMatchObject({
      ...{ pipeline_name: 'video', model_name: ['yolo', 'resnet-human'], task_name: ['crop', 'classification'] },
      ...{ profiling_series: [71, 72], alpha: 2, beta: 1, gamma: 1e-6, scaling_cap: 100, batching_cap: 8 },
      ...{ threshold: 4, sla_factor: 5, accuracy_method: 'multiply', baseline_mode: null, reference_latency: 'p99' },
    });
  });
});
