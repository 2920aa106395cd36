import { describe, expect, it } from 'vitest';
import { readAccuracies, taskAccuracies } from '../../../../src/core/ipa/accuracies';
import { hasIpaData, ipaFile, problemsOf, valueOf } from '../../../support/ipaFiles';

const wer = new Map([
  ['small', -41.28],
  ['large', -33.26],
]);
const terms = { addHundred: false, isProduct: false };

describe('accuracies.yaml', () => {
  it('is percent, which IPA divides by 100', () => {
    const found = taskAccuracies('crop', new Map([['yolov5n', 45.7]]), terms);
    expect([...found.byVariant]).toEqual([['yolov5n', 0.457]]);
    expect(found.notes).toEqual([]);
    expect(problemsOf(readAccuracies('video:\n  crop:\n    a: many\n'))[0]).toMatch(
      /3 video.crop.a .*number in percent/,
    );
  });

  it('has negative word error rates, which a product refuses and --add-100 makes 100 − WER', () => {
    expect(() => taskAccuracies('audio', wer, { addHundred: false, isProduct: true })).toThrow(/100 − WER. --add-100/);
    const added = taskAccuracies('audio', wer, { addHundred: true, isProduct: true });
    expect([...added.byVariant.values()].map((value) => value.toFixed(4))).toEqual(['0.5872', '0.6674']);
    expect(added.notes[0]).toMatch(/100 was added/);
    const kept = taskAccuracies('audio', wer, terms);
    expect(kept.byVariant.get('small')).toBe(-0.4128);
    expect(kept.notes[0]).toMatch(/taken as they are; --add-100/);
  });

  it('of both signs are on no scale, and above 100 % wrong nothing helps', () => {
    expect(() => taskAccuracies('audio', new Map([...wer, ['x', 80]]), { ...terms, addHundred: true })).toThrow(
      /partly negative \(small and large\)/,
    );
    expect(() => taskAccuracies('audio', new Map([['x', -120]]), { ...terms, addHundred: true })).toThrow(
      /above 100 %/,
    );
  });

  it.skipIf(!hasIpaData)('of IPA is read whole (shared data, GREENBATCH_FIXTURES)', () => {
    const table = valueOf(readAccuracies(ipaFile('accuracies.yaml')));
    expect([...table.keys()]).toEqual(['audio-qa', 'audio-sent', 'nlp', 'sum-qa', 'video']);
    expect([...table.values()].flatMap((tasks) => [...tasks.values()]).reduce((sum, task) => sum + task.size, 0)).toBe(
      39,
    );
    const audio = taskAccuracies('audio', table.get('audio-qa')!.get('audio')!, { addHundred: true, isProduct: true });
    expect([...audio.byVariant.values()].map((value) => (100 * value).toFixed(2))).toEqual(['58.72', '64.88', '66.74']);
  });
});
