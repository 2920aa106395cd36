import { describe, expect, it } from 'vitest';
import { evaluationLimits } from '../../../../src/core/detection/detector';
import { paperSetups } from '../../../../src/core/paper/experiments';
import { type PaperChoice, paperExperiment } from '../../../../src/core/paper/presets';
import { publishedPoints } from '../../../../src/core/paper/published';
import { configurationsOf } from '../../../../src/core/run/plan';
import { builtinModels } from '../../../../src/core/spec/builtinModels';
import { formatProblems, parseSpec } from '../../../../src/core/spec/specText';

const coco = { images: './val2017', annotations: './annotations/instances_val2017.json' };
const choiceOf = (more: Partial<PaperChoice> = {}): PaperChoice => ({
  ...{ experiment: 'exp2', sound: false, laptop: false, trials: null, weights: './weights', images: coco },
  ...more,
});
function specOf(choice: PaperChoice) {
  const parsed = parseSpec(paperExperiment(choice));
  if (!parsed.ok) throw new Error(formatProblems('preset', parsed.problems));
  return parsed;
}

const all = (['exp1', 'exp2'] as const).flatMap((experiment) =>
  [false, true].flatMap((sound) =>
    [false, true].flatMap((laptop) =>
      [choiceOf(), choiceOf({ weights: null, images: null })].map((c) => ({ ...c, experiment, sound, laptop })),
    ),
  ),
);

describe('the presets', () => {
  it.each(all)('are valid: $experiment, sound $sound, laptop $laptop, weights $weights', (choice) => {
    const { spec, warnings } = specOf(choice);
    expect(spec.reproduces).toBe(`paper-${choice.experiment}`);
    // That one trial gives no verdict is so, and told.
    expect(warnings.map(({ message }) => message)).toEqual(choice.sound ? [] : ['with 1 repeat no verdict is given']);
  });

  it('measure what the paper published, configuration by configuration, in its order', () => {
    for (const experiment of ['exp1', 'exp2'] as const) {
      const { spec } = specOf(choiceOf({ experiment, weights: null }));
      expect(configurationsOf(spec, { cores: 48 }).map((c) => [c.model, c.batchSize])).toEqual(
        publishedPoints(experiment).map((p) => [p.builtinModel, p.batchSize]),
      );
      expect(spec.images.count).toBe(publishedPoints(experiment)[0]!.images);
    }
    expect([...paperSetups.exp1.models].sort()).toEqual([...builtinModels].sort());
  });

  it('as published: the whole process, packages by perf’s program, once, as listed, nothing warmed up', () => {
    const { measure, imageSize, images, models } = specOf(choiceOf()).spec;
    expect(models).toEqual(['./weights/yolov7-e6e.pt']);
    expect(imageSize).toBe(640);
    expect(images).toMatchObject({ coco, count: 5000 });
    expect(measure).toMatchObject({ source: 'perf', perf: 'program', domains: ['package'], scope: 'process' });
    expect(measure).toMatchObject({ order: 'listed', repeats: { min: 1, max: 1 }, warmupSeconds: 0, idleSeconds: 0 });
    // Of the evaluation in it, which no key sets.
    expect(evaluationLimits).toMatchObject({ confidence: 0.001, iou: 0.65 });
  });

  it('has the three trials that the authors promised', () => {
    expect(specOf(choiceOf({ trials: 3 })).spec.measure.repeats).toMatchObject({ min: 3, max: 3 });
    expect(specOf(choiceOf({ trials: 7, sound: true })).spec.measure.repeats).toMatchObject({ min: 7, max: 7 });
  });

  it('sound: the same configurations, so that they can be compared', () => {
    const published = specOf(choiceOf()).spec;
    const { spec } = specOf(choiceOf({ sound: true }));
    expect([spec.models, spec.batchSizes, spec.imageSize]).toEqual([
      published.models,
      published.batchSizes,
      published.imageSize,
    ]);
    expect(spec.measure).toMatchObject({ domains: ['package', 'dram'], scope: 'inference', order: 'shuffled' });
    expect(spec.measure.repeats.min).toBeGreaterThanOrEqual(5);
    expect(spec.measure.warmupSeconds).toBeGreaterThan(0);
    expect(spec.measure.idleSeconds).toBeGreaterThan(0);
  });

  it('for a laptop: the same models, small, with any source', () => {
    const { spec } = specOf(choiceOf({ experiment: 'exp1', laptop: true, weights: null, images: null }));
    expect(spec.models).toHaveLength(7);
    expect(spec.imageSize).toBe(128);
    expect(spec.images.generated?.count).toBeLessThan(100);
    expect(spec.measure.source).toBe('auto');
  });

  it('say why the paper counts 496 of 500 images', async () => {
    const text = paperExperiment(choiceOf({ experiment: 'exp1' }));
    expect(text).toContain('The paper counts 496');
    await expect(text).toMatchFileSnapshot('../../../golden/paper-exp1.energy.yaml');
  });
});
