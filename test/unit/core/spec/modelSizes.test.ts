import { describe, expect, it } from 'vitest';
import {
  type FixedSizes,
  imageSizeOf,
  type ModelSizes,
  sizeErrors,
  sizeWarnings,
} from '../../../../src/core/spec/modelSizes';
import { formatProblems, parseSpec, placeIssues } from '../../../../src/core/spec/specText';

const sizes = (...models: [string, Partial<FixedSizes>][]): ModelSizes =>
  new Map(models.map(([model, fixed]) => [model, { batch: null, height: null, width: null, ...fixed }]));
const wide = { height: 384, width: 640 };

describe('the image size of a run', () => {
  it.each([
    [320, sizes(), { height: 320, width: 320 }],
    [[384, 640] as [number, number], sizes(), wide],
    [undefined, sizes(), { height: 640, width: 640 }],
    [undefined, sizes(['a.onnx', {}]), { height: 640, width: 640 }],
    [undefined, sizes(['a.onnx', {}], ['b.onnx', wide]), wide],
    [undefined, sizes(['a.onnx', { height: 384 }], ['b.onnx', { width: 320 }]), { height: 384, width: 320 }],
  ])('of imageSize %j and what models fix', (imageSize, fixed, size) => {
    expect(imageSizeOf({ imageSize }, fixed)).toEqual(size);
  });
});

describe('an experiment that its models cannot run', () => {
  const told = (text: string, fixed: ModelSizes) => {
    const parsed = parseSpec(text);
    if (!parsed.ok) throw new Error(formatProblems('x', parsed.problems));
    const say = (issues: ReturnType<typeof sizeErrors>) => formatProblems('x', placeIssues(text, issues));
    return { errors: say(sizeErrors(parsed.spec, fixed)), warnings: say(sizeWarnings(parsed.spec, fixed)) };
  };
  const spec = (more = '') => `# mine\nmodels: [./a.onnx, ./b.onnx]\nbatchSizes: [1, 2]\n${more}`;

  it.each([
    ['fits in every size', spec('imageSize: 640\n'), sizes(['./a.onnx', {}])],
    ['leaves the size to its models', spec(), sizes(['./a.onnx', wide], ['./b.onnx', wide])],
    ['fits in the side that is fixed', spec('imageSize: [384, 960]\n'), sizes(['./a.onnx', { height: 384 }])],
  ])('is none that %s', (_, text, fixed) => expect(told(text, fixed)).toEqual({ errors: '', warnings: '' }));

  it('names the size to write, where the wrong one stands', () => {
    expect(told(spec('imageSize: 640 # pixels\n'), sizes(['./b.onnx', { height: 160, width: 160 }])).errors).toBe(
      'x:4:12 imageSize: ./b.onnx takes images of 160×160 pixels (allowed: 160, or no imageSize: then it is the model’s)',
    );
    expect(told(spec('imageSize: 640\n'), sizes(['./b.onnx', { height: 384 }])).errors).toContain(
      './b.onnx takes images of 384×any pixels (allowed: [384, 640], or',
    );
  });

  it('has models of two sizes, whatever imageSize says', () => {
    const fixed = sizes(['./a.onnx', wide], ['./b.onnx', { height: 320, width: 320 }]);
    for (const text of [spec(), spec('imageSize: 320\n')]) {
      expect(told(text, fixed).errors).toMatch(
        /^x:2:9 models: these models take images of different sizes: \.\/a\.onnx 384×640, \.\/b\.onnx 320×320 \(allowed:/,
      );
    }
  });

  it('has no batch size that a model of a fixed one takes; that others are left out is a warning', () => {
    const none = told(spec(), sizes(['./a.onnx', { batch: 4 }], ['./b.onnx', { batch: 1 }]));
    expect(none.errors).toMatch(
      /^x:3:13 batchSizes: \.\/a\.onnx takes batches of 4 only \(allowed: 4; for others, export it .*dynamic_axes.*\)$/,
    );
    expect(none.warnings).toMatch(
      /^x:3:13 batchSizes: \.\/b\.onnx takes batches of 1 only, so the others are left out/,
    );
    expect(told('models: [./a.onnx]\nbatchSizes: [4]\n', sizes(['./a.onnx', { batch: 4 }]))).toEqual({
      errors: '',
      warnings: '',
    });
  });
});
