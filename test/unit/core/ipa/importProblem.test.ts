import { describe, expect, it } from 'vitest';
import { readEnergyUsages } from '../../../../src/core/ipa/energyUsages';
import { importProblem } from '../../../../src/core/ipa/importProblem';
import type { ImportTerms } from '../../../../src/core/ipa/importTerms';
import { accuraciesOf, configOf, hasIpaData, ipaFile, rowsOf, tableText, valueOf } from '../../../support/ipaFiles';
import { readProfileTable } from '../../../../src/core/ipa/profileTable';
import { readRunConfig } from '../../../../src/core/ipa/runConfig';

const terms: ImportTerms = { load: null, slaSeconds: null, queueing: 'intended', addHundred: false };
const imported = (
  more: Record<string, unknown> = {},
  changed: Partial<ImportTerms> = {},
  rows = rowsOf(),
  energy?: string,
) =>
  importProblem(configOf(more), accuraciesOf(), energy === undefined ? null : valueOf(readEnergyUsages(energy)), rows, {
    ...terms,
    ...changed,
  });
const energyText = `video:
  crop: { small: 3, large: 9 }
  classification: { thin: 1, deep: 2 }
`;

describe('files of IPA as a problem', () => {
  it('have weights, caps, cores and SLA by IPA’s rules', () => {
    const { problem, name } = imported();
    expect(name).toBe('video');
    expect(problem).toMatchObject({
      ...{ load: 20, scalingCap: 100, accuracyMethod: 'multiply', normalizeAccuracy: false, queueing: 'intended' },
      weights: { alpha: 2, beta: 1, gamma: 1e-6, delta: 0 },
    });
    // 25 × the mean at batch 1 with two cores: crop (.05 + .2) ÷ 2, classification (.025 + .06) ÷ 2.
    expect(problem.slaSeconds).toBeCloseTo(25 * (0.125 + 0.0425), 12);
    expect(problem.stages.map(({ name: stage }) => stage)).toEqual(['crop', 'classification']);
    const [crop] = problem.stages;
    // small has 10 requests/s with one core, large 2.5 there and 5 with two; the threshold is 4.
    expect(crop!.options.map(({ variant, cores, batch }) => [variant, cores, batch])).toEqual([
      ...[1, 2, 8].map((batch) => ['small', 1, batch]),
      ...[1, 2, 8].map((batch) => ['large', 2, batch]),
    ]);
    expect(crop!.options[0]).toEqual({
      ...{
        variant: 'small',
        batch: 1,
        accuracy: 0.457,
        cores: 1,
        latencySeconds: 0.1,
        throughput: 10,
        joulesPerRequest: 0,
      },
    });
  });

  it('say what was assumed', () => {
    const { notes } = imported();
    expect(notes.join('\n')).toMatch(/slaSeconds by IPA’s rule/);
    expect(notes.join('\n')).toMatch(/load is profiling_load/);
    expect(notes.join('\n')).toMatch(/joulesPerRequest 0 stands for not known/);
    const given = imported({ latency_margin: 100 }, { load: 7, slaSeconds: 2, queueing: 'as-published' });
    expect(given.problem).toMatchObject({ load: 7, slaSeconds: 2, queueing: 'as-published' });
    expect(given.notes.join('\n')).toMatch(/IPA’s rule would make it 8.3/);
    expect(given.notes.join('\n')).toMatch(/margin of 100 %/);
    expect(given.notes.join('\n')).not.toMatch(/load is profiling_load/);
  });

  it('leave out larger batches than batching_cap, and tell pairs that were not profiled', () => {
    const capped = imported({ batching_cap: 2 });
    expect(new Set(capped.problem.stages.flatMap(({ options }) => options.map(({ batch }) => batch)))).toEqual(
      new Set([1, 2]),
    );
    const sparse = imported({}, {}, rowsOf(tableText.replace(/^71,video,yolo,large,.,8,.*\n/gm, '')));
    expect(sparse.notes.join('\n')).toMatch(/not profiled: large at 8 \(IPA gives them 1000 s/);
    expect(() =>
      imported({ batching_cap: 1 }, {}, rowsOf(tableText.replace(/^7.,video,\w+,\w+,.,1,.*\n/gm, ''))),
    ).toThrow(/no variant was profiled at a batch size up to batching_cap 1/);
  });

  it('say where a variant that is left out still counts in IPA', () => {
    const rows = rowsOf(tableText.replace(/^71,video,yolo,large,.,[12],.*\n/gm, ''));
    const notesWith = (more: Record<string, unknown>, changed: Partial<ImportTerms> = {}) =>
      imported({ batching_cap: 2, ...more }, changed, rows).notes.join('\n');
    expect(notesWith({})).toMatch(/up to batching_cap 2: large$/m);
    expect(notesWith({}, { queueing: 'as-published' })).toMatch(
      /large \(IPA still counts them in the queue that lengthens its SLA, so/,
    );
    expect(notesWith({ normalize_accuracy: true })).toMatch(/large \(IPA still counts them among the ranks/);
    const alike = accuraciesOf('video:\n  crop: { small: 50, large: 50 }\n  classification: { thin: 60, deep: 70 }\n');
    const { notes } = importProblem(configOf({ normalize_accuracy: true }), alike, null, rowsOf(), terms);
    expect(notes).toContain('crop: variants of equal accuracy share a rank, where IPA gives each its own');
  });

  it('take the regression where profiles need not be measured ones', () => {
    const { problem, notes } = imported({ only_measured_profiles: false });
    const small = problem.stages[0]!.options.filter(({ variant }) => variant === 'small');
    expect(small.map(({ batch }) => batch)).toEqual([1, 2, 4, 8]);
    // The table's latency is a straight line in the batch size.
    expect(small[2]!.latencySeconds).toBeCloseTo(0.1 * (0.4 + 0.6 * 4), 9);
    expect(small[2]!.throughput).toBeCloseTo(4 / (0.1 * (0.4 + 0.6 * 4)), 6);
    expect(notes.join()).toMatch(/quadratic regression/);
    const two = rowsOf(tableText.replace(/^7.,video,\w+,\w+,.,8,.*\n/gm, ''));
    expect(() => imported({ only_measured_profiles: false }, {}, two)).toThrow(
      /cannot be fitted over its 2 batch sizes/,
    );
  });

  it('fix variants for scale and replicas for switch', () => {
    expect(imported({ baseline_mode: 'scale' }).problem.stages.map(({ variant }) => variant)).toEqual([
      'small',
      'thin',
    ]);
    expect(imported({ baseline_mode: 'switch' }).problem.stages.map(({ replicas }) => replicas)).toEqual([1, 2]);
    expect(() => imported({ baseline_mode: 'scale', initial_active_model: ['medium', 'thin'] })).toThrow(
      /scale keeps medium, which has no profile; there are small and large/,
    );
  });

  it('have energy that is gross where it is of a variant, and need it where delta weighs it', () => {
    const { problem, notes } = imported({ delta: 0.5 }, {}, rowsOf(), energyText);
    expect(problem.stages[0]!.options[1]).toMatchObject({ joulesPerRequest: 3, energyIncludesIdle: true });
    expect(problem.weights).toMatchObject({ delta: 0.5 });
    expect(notes.join()).toMatch(/too coarse to choose a batch size by/);
    expect(notes.join()).not.toMatch(/dummy/);
    expect(() => imported({ delta: 0.5 })).toThrow(/delta is 0.5 and weighs energy.*--energy FILE/);
    expect(() => imported({}, {}, rowsOf(), energyText.replace(', large: 9', ''))).toThrow(
      /the energy file has no large at video, crop/,
    );
    const dummy = energyText.replace('small: 3', 'yolov5n: 12000, resnet152: 143000, small: 3');
    expect(imported({}, {}, rowsOf(), dummy).notes.join()).toMatch(/authors call them dummy values/);
  });

  it('have a load of their own where tasks were profiled at one', () => {
    expect(() => imported({ profiling_load: [20, 10] })).toThrow(
      /classification: no profile of node resnet at load 10/,
    );
    const two = rowsOf(tableText.replace(/^(72,.*?),20,/gm, '$1,10,'));
    expect(() => imported({ profiling_load: [20, 10] }, {}, two)).toThrow(
      /differs between tasks \(20, 10\): .*--load N/,
    );
    expect(imported({ profiling_load: [20, 10] }, { load: 5 }, two).problem.load).toBe(5);
  });

  it('name what the accuracies lack', () => {
    expect(() =>
      importProblem(configOf({ pipeline_name: 'a', pipeline_folder_name: 'b' }), accuraciesOf(), null, rowsOf(), terms),
    ).toThrow(/the accuracies have no pipeline a; they have video/);
    const one = accuraciesOf('video:\n  crop: { small: 45.7 }\n');
    expect(() => importProblem(configOf(), one, null, rowsOf(), terms)).toThrow(
      /have no classification under video; they have crop/,
    );
    const named = importProblem(configOf({ pipeline_name: 'a' }), accuraciesOf(), null, rowsOf(), terms);
    expect(named.name).toBe('video');
  });

  it.skipIf(!hasIpaData)(
    'of the video pipeline have what its partial table has (shared data, GREENBATCH_FIXTURES)',
    () => {
      // Of series 71 and 72 only single rows are known; 73 has both nodes at batches of 1 to 64 under load 40, one variant each.
      const text = ipaFile('video-mul-1.config.yaml')
        .replace('- 71\n- 72', '- 73\n- 73')
        .replace('profiling_load: 20', 'profiling_load: 40');
      const accuracies = accuraciesOf(ipaFile('accuracies.yaml'));
      const rows = valueOf(readProfileTable(ipaFile('profile-video-partial.csv'), 'video.csv'));
      const { problem } = importProblem(valueOf(readRunConfig(text)), accuracies, null, rows, terms);
      expect(problem.slaSeconds).toBeCloseTo(25 * (0.093208 + 0.063095), 9);
      expect(
        problem.stages.map(({ options }) => options.map(({ variant, batch, cores }) => `${variant} ${batch} ${cores}`)),
      ).toEqual([
        ['yolov5n 1 2', 'yolov5n 2 2', 'yolov5n 8 2'],
        ['resnet18 1 2', 'resnet18 2 2', 'resnet18 8 2'],
      ]);
      expect(problem.stages.map(({ options }) => options[0]!.accuracy)).toEqual([0.457, 0.6975]);
    },
  );
});
