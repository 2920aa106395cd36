import { describe, expect, test } from 'vitest';
import { stageOptions, type StageTerms } from '../../../../../src/core/pipeline/profile/stageOptions';
import type { ProfiledOption, StageProfile } from '../../../../../src/core/pipeline/profile/stageProfile';

const option = (variant: string, rest: Partial<ProfiledOption> = {}): ProfiledOption => ({
  ...{ variant, batch: 1, accuracy: null, cores: 1, latencySeconds: 0.1, throughput: 10, joulesPerRequest: 1 },
  ...{ idleWattsPerCore: 2, ...rest },
});
const profile = (options: ProfiledOption[], source = 'imported: a.csv'): StageProfile => ({
  ...{ options, source, notes: [], basis: null },
});
const made = (profiles: StageProfile[], terms: StageTerms = {}) => {
  const found = stageOptions(profiles, terms);
  if ('problem' in found) throw new Error(found.problem);
  return found;
};
const problem = (profiles: StageProfile[], terms: StageTerms = {}) => {
  const found = stageOptions(profiles, terms);
  return 'problem' in found ? found.problem : 'none';
};

describe('the accuracy of a variant', () => {
  test('is what was measured, else what the file gives, by the variant or by the model', () => {
    const profiles = [profile([option('a', { accuracy: 0.4 }), option('b'), option('c', { model: './c.onnx' })])];
    const { options, notes } = made(profiles, { accuracies: { a: 0.4, b: 0.5, './c.onnx': 0.6 } });
    expect(options.map(({ accuracy }) => accuracy)).toEqual([0.4, 0.5, 0.6]);
    expect(options.every((one) => !('model' in one))).toBe(true);
    expect(notes).toEqual([]);
  });

  test('is shared by the profiles of the variant', () => {
    const profiles = [profile([option('a', { accuracy: 0.4 })]), profile([option('a', { batch: 2 })], 'b.csv')];
    expect(made(profiles).options.map(({ accuracy }) => accuracy)).toEqual([0.4, 0.4]);
  });

  test('that the file gives besides is told, and not used', () => {
    const { options, notes } = made([profile([option('a', { accuracy: 0.4 })])], { accuracies: { a: 0.5, z: 1 } });
    expect(options[0]!.accuracy).toBe(0.4);
    expect(notes).toEqual([
      'accuracies.a (0.5) is not used: a profile has 0.4 for it.',
      'accuracies names z, which no profile has.',
    ]);
  });

  test('of profiles that disagree is what the file says', () => {
    const profiles = [profile([option('a', { accuracy: 0.4 }), option('a', { accuracy: 0.41, batch: 2 })])];
    expect(problem(profiles)).toMatch(/^a has several accuracies \(0.4, 0.41\): say at accuracies/);
    expect(made(profiles, { accuracies: { a: 0.42 } }).options.map(({ accuracy }) => accuracy)).toEqual([0.42, 0.42]);
  });

  test('that nobody knows is missing, with the name that may be meant', () => {
    expect(problem([profile([option('yolov5n'), option('b')])], { accuracies: { yolo5n: 0.4, b: 1 } })).toBe(
      'the accuracy of yolov5n is not known: no profile has it (accuracies has yolo5n: did you mean yolov5n?). Give it at accuracies, as "yolov5n: NUMBER".',
    );
  });

  test('in percent beside shares of 1 is refused', () => {
    const profiles = [profile([option('a', { accuracy: 0.4 }), option('b')])];
    expect(problem(profiles, { accuracies: { b: 45.7 } })).toMatch(/different units.*\(0\.457\)/);
  });
});

describe('options', () => {
  test('of one variant and batch may differ in cores, and stand once each', () => {
    const two = [option('a', { accuracy: 1 }), option('a', { accuracy: 1, cores: 2 })];
    expect(made([profile(two)]).options).toHaveLength(2);
    expect(problem([profile([...two, two[0]!])])).toMatch(
      /a at batch 1 with cores: 1 stands twice \(imported: a.csv\)/,
    );
    expect(problem([profile(two), profile(two, 'b.csv')])).toMatch(/in two profiles \(imported: a.csv; b.csv\)/);
  });

  test('above the largest batch are left out', () => {
    const both = profile([option('a', { accuracy: 1 }), option('a', { accuracy: 1, batch: 8 })]);
    expect(made([both], { batchingCap: 4 }).options.map(({ batch }) => batch)).toEqual([1]);
    expect(problem([profile([option('a', { batch: 8 })])], { batchingCap: 4 })).toMatch(/the smallest is 8/);
  });

  test('that charge no idle power are told', () => {
    const { notes } = made([
      profile([option('a', { accuracy: 1, energyIncludesIdle: true })], 'gross.csv'),
      profile([option('b', { accuracy: 1, idleWattsPerCore: undefined })], 'net.csv'),
    ]);
    expect(notes).toEqual([
      'the energy of gross.csv is gross: no idle power is charged for its cores.',
      'no idle power is charged for the cores of net.csv: idleWattsPerCore is not given.',
    ]);
  });
});

describe('of thousands of options', () => {
  const many = (count: number, of = (i: number): Partial<ProfiledOption> => ({ variant: `v${i}` })) =>
    Array.from({ length: count }, (_, i) => option('v', { accuracy: 1, ...of(i) }));

  test('as many as a stage may have are merged, in one pass', () => {
    let looks = 0;
    const counted = many(10_000).map((one) => ({
      ...one,
      get variant() {
        looks++;
        return one.variant;
      },
    }));
    expect(made([profile(counted)]).options).toHaveLength(10_000);
    expect(looks).toBeLessThan(100_000);
  });

  test('more are refused before they are merged', () => {
    const tables = [
      profile(many(10_000)),
      profile(
        many(1, () => ({ variant: 'x' })),
        'b.csv',
      ),
    ];
    expect(problem(tables)).toMatch(/^it has more than 10000 options in all: take profiles out/);
    const tooLarge = many(10_000, (i) => ({ batch: 9 + i }));
    expect(problem([profile(tooLarge)], { batchingCap: 4 })).toMatch(/the smallest is 9/);
  });

  test('without an accuracy a few are named, and no slip is looked for among all', () => {
    const accuracies = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`strange${i}`, 1]));
    const said = problem([profile(many(10_000, (i) => ({ variant: `v${i}`, accuracy: null })))], { accuracies });
    expect(said).toMatch(/^the accuracy of v0, v1, .* and 9980 more is not known/);
    expect(said.length).toBeLessThan(1000);
  });
});
