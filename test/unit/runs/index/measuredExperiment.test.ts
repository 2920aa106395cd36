import { expect, it } from 'vitest';
import { parseSpec } from '../../../../src/core/spec/specText';
import { askedBy, isMeasured, measuredBy } from '../../../../src/runs/index/measuredExperiment';

const specFile = '/experiments/a.energy.yaml';
const specOf = (text: string) => {
  const parsed = parseSpec(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.spec;
};

it.each(['models: [yolov7-tiny]', 'models: [./gone.onnx]'])(
  'is no longer what the same text asks for once a default has changed: %s',
  async (models) => {
    const specText = `${models}\nbatchSizes: [1]\nimageSize: 64\n`;
    const spec = specOf(specText);
    const asked = await askedBy(spec, specFile, specText);
    // Runs without hashes of their models.
    const by = (rest: Partial<typeof spec>) => measuredBy({ specFile, specText, spec: { ...spec, ...rest } });
    expect(isMeasured(by({}), asked)).toBe(true);
    // Workers did not spin unless they were told to.
    expect(isMeasured(by({ spinning: [false] }), asked)).toBe(false);
  },
);

it('is what a run of before has, which knew neither processes nor pins', async () => {
  const specText = 'models: [yolov7-tiny]\nbatchSizes: [1]\nspinning: [false]\n';
  const { instances: _, measure, ...spec } = specOf(specText);
  const { pin: __, ...before } = measure;
  const created = { specFile, specText, spec: { ...spec, measure: before } as ReturnType<typeof specOf> };
  expect(isMeasured(measuredBy(created), await askedBy(specOf(specText), specFile, specText))).toBe(true);
});
