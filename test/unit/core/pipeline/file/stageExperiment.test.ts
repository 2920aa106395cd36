import { describe, expect, test } from 'vitest';
import { stageExperiment } from '../../../../../src/core/pipeline/file/stageExperiment';
import { writeSpec } from '../../../../../src/core/spec/specWrite';
import { parseSpec } from '../../../../../src/core/spec/specText';

describe('the experiment that profiles a stage', () => {
  test('measures its variants at powers of two over all splits of the cores, and is a valid one', () => {
    const accuracies = { 'yolov7-tiny': 0.374, './best.onnx': 0.4 };
    const made = stageExperiment({ name: 'crop', accuracies }, { batchingCap: 20, profiled: ['best.onnx'] });
    if ('refused' in made) throw new Error(made.refused);
    const { experiment } = made;
    expect(experiment).toMatchObject({ models: ['yolov7-tiny'], batchSizes: [1, 2, 4, 8, 16], split: 'auto' });
    expect(parseSpec(writeSpec(experiment)).ok).toBe(true);
  });

  test('takes the fixed variant where no accuracies are given', () => {
    const made = stageExperiment({ name: 'crop', variant: 'yolov7' });
    expect(made).toMatchObject({ experiment: { models: ['yolov7'], batchSizes: [1, 2, 4, 8] } });
  });

  test.each([
    [{ name: 'crop' }, /names no variant: give accuracies/],
    [
      { name: 'crop', accuracies: { yolov7tiny: 1 } },
      /yolov7tiny of the stage crop is no model.*did you mean yolov7-tiny/,
    ],
    [{ name: 'crop', accuracies: { 'yolov7-tiny': 1 } }, /All variants of the stage crop have a profile/],
  ])('of %j is refused', (stage, refused) => {
    const made = stageExperiment(stage, { profiled: ['yolov7-tiny'] });
    expect('refused' in made && made.refused).toMatch(refused);
  });
});
