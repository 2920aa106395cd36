import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { detectCommand } from '../../../../src/cli/commands/detect';
import { evaluateCommand } from '../../../../src/cli/commands/evaluate';
import { boxesSvg, escapeXml } from '../../../../src/workloads/detection/draw/drawBoxes';
import { writeConstantModel } from '../../../support/constantModel';
import { buildPostprocessProgram } from '../../../support/postprocessProgram';
import { keepPrinted } from '../../../support/printed';

let base = '';
let model = '';
let images = '';
const printed = keepPrinted();
const argv1 = process.argv[1]!;

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'greenbatch-detect-command-'));
  process.argv[1] = buildPostprocessProgram(base);
  model = join(base, 'model.onnx');
  // A dog and a cat in every image, suppressed inside: corners in pixels of the 64-pixel input.
  const rows = Float32Array.of(0, 8, 20, 40, 44, 1, 0.9, 0, 2, 18, 20, 30, 0, 0.3, 0, 1, 1, 9, 9, 0, 0.01);
  writeConstantModel(model, {
    inputDims: [1, 3, 64, 64],
    outputs: { output: { dims: [3, 7], data: rows } },
    metadata: { names: '["cat", "a<b>&\\"dog\\""]' },
  });
  images = join(base, 'images');
  mkdirSync(join(images, 'deep'), { recursive: true });
  const image = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#fff' } });
  await image(128, 64).jpeg().toFile(join(images, '1.jpg'));
  await image(128, 64).webp().toFile(join(images, 'deep/2.webp'));
});
afterAll(() => {
  process.argv[1] = argv1;
  rmSync(base, { recursive: true, force: true });
});

const detect = (output: string, ...more: string[]) =>
  detectCommand(['--model', model, '-o', join(base, output), ...more]);

describe('greenbatch detect', () => {
  it('draws onto copies, and says what it found in each image', async () => {
    expect(await detect('drawn', '--images', images)).toBe(0);
    expect(printed.out).toContain('end-to-end detector');
    expect(printed.out).toMatch(/^1\.jpg: a<b>&"dog" 1, cat 1 → .*1\.jpg$/m);
    expect(readdirSync(join(base, 'drawn'), { recursive: true }).sort()).toEqual(['1.jpg', 'deep', 'deep/2.webp.png']);
    const { data, info } = await sharp(join(base, 'drawn/deep/2.webp.png')).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 128, height: 64 });
    const at = (x: number, y: number) => [
      ...data.subarray((y * 128 + x) * info.channels, (y * 128 + x) * info.channels + 3),
    ];
    // The left edge of the dog: 8 of 64 pixels, back on 128. Away from boxes nothing has changed.
    expect(at(16, 40)).not.toEqual([255, 255, 255]);
    expect(at(120, 60)).toEqual([255, 255, 255]);
  });

  it('--json: boxes in pixels of the image, above --conf', async () => {
    expect(await detect('json', join(images, '1.jpg'), '--json', '--conf', '0.5')).toBe(0);
    const { images: found, skipped, phases } = JSON.parse(printed.out);
    expect(skipped).toEqual([]);
    expect(Object.keys(phases)).toEqual(['loadMs', 'preprocessMs', 'inferenceMs', 'nmsMs']);
    expect(found).toEqual([
      {
        ...{ name: '1.jpg', file: join(base, 'json/1.jpg'), width: 128, height: 64 },
        // The image lies in rows 16 to 48 of the input, at half its size.
        detections: [{ class: 1, name: 'a<b>&"dog"', score: 0.9, box: [16, 8, 64, 48] }],
      },
    ]);
  });

  it('names images that it cannot read, and exits with 1', async () => {
    const bad = join(base, 'bad.jpg');
    writeFileSync(bad, 'no image');
    expect(await detect('some', bad, join(images, '1.jpg'))).toBe(1);
    expect(printed.err).toMatch(/skipped bad\.jpg: not an image of a known format/);
    expect(existsSync(join(base, 'some/1.jpg'))).toBe(true);
  });

  it.each([
    [['--images', 'nowhere'], /nowhere does not exist/],
    [[], /name images/],
    [['--conf', '2', '.'], /--conf 2; allowed: 0 to 1/],
    [['--batch', '3'], /takes batches of 1 only/],
    [['--image-size', '96'], /takes images of 64×64/],
    [['--anchors', 'x'], /--anchors x; allowed: yolov5/],
    [['--threads', '0'], /--threads 0; allowed/],
  ])('refuses %j', async (options, message) => {
    const given = options.length > 0 && !options.includes('nowhere') ? [join(images, '1.jpg'), ...options] : options;
    await expect(detect('refused', ...given.filter((option) => option !== '.'))).rejects.toThrow(message);
  });

  it('never writes over the images, nor two copies to one file', async () => {
    await expect(detectCommand(['--model', model, '-o', images, '--images', images])).rejects.toThrow(
      /holds the images/,
    );
    await expect(detectCommand(['--model', model, '-o', images, join(images, '1.jpg')])).rejects.toThrow(/overwritten/);
    await expect(detect('two', join(images, '1.jpg'), join(images, '1.jpg'))).rejects.toThrow(/two images/);
  });

  it('refuses a model without trained weights', async () => {
    const options = ['--model', 'yolov7-tiny', '--image-size', '64', '-o', join(base, 'random'), join(images, '1.jpg')];
    vi.stubEnv('GREENBATCH_CACHE', base);
    await expect(detectCommand(options)).rejects.toThrow(/no trained weights.*--weights/);
    vi.unstubAllEnvs();
  });
});

describe('greenbatch evaluate --model', () => {
  const annotate = (categories: { id: number; name: string }[], missing: string[] = []) => {
    const file = join(base, 'gt.json');
    const names = ['1.jpg', 'deep/2.webp', ...missing];
    const boxes = { bbox: [16, 8, 64, 48], area: 64 * 48, iscrowd: 0, category_id: categories[0]!.id };
    const content = {
      images: names.map((file_name, i) => ({ id: i + 1, file_name, width: 128, height: 64 })),
      annotations: names.map((_, i) => ({ id: i + 1, image_id: i + 1, ...boxes })),
      categories,
    };
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const evaluate = (annotations: string, ...more: string[]) =>
    evaluateCommand(['--annotations', annotations, '--model', model, '--images', images, ...more]);

  it('runs the model, keeps its detections, and evaluates them by class names', async () => {
    const output = join(base, 'dt.json');
    expect(await evaluate(annotate([{ id: 7, name: 'A<B>&"dog"' }]), '--json', '-o', output)).toBe(0);
    const { stats, run, warnings } = JSON.parse(printed.out);
    expect(stats[0]).toBeCloseTo(1, 9);
    expect(run).toMatchObject({ height: 64, width: 64, batchSize: 1, phases: { inferenceMs: expect.any(Number) } });
    expect(warnings).toEqual([
      '1 classes of the model are no category of the annotations and are left out',
      expect.stringMatching(/^the lowest score is 0.89/),
    ]);
    const kept = JSON.parse(readFileSync(output, 'utf8'));
    expect(kept).toEqual([1, 2].map((image_id) => ({ image_id, category_id: 7, bbox: [16, 8, 64, 48], score: 0.9 })));
  });

  it('takes images that are missing out, and says so', async () => {
    const annotations = annotate([{ id: 7, name: 'a<b>&"dog"' }], ['3.jpg']);
    expect(await evaluate(annotations)).toBe(0);
    expect(printed.err).toMatch(
      /1 of 3 images could not be read and are not evaluated \(3\.jpg: the file is missing\)/,
    );
    expect(printed.out).toMatch(/^2 images, 2 annotations/m);
  });

  it('says how many images have another size than the annotations say, and which are read with a warning', async () => {
    const file = annotate([{ id: 7, name: 'a<b>&"dog"' }]);
    const content = JSON.parse(readFileSync(file, 'utf8'));
    content.images[1].width = 256;
    content.images[0].file_name = '.\\1.JPG';
    writeFileSync(file, JSON.stringify(content));
    const original = readFileSync(join(images, '1.jpg'));
    writeFileSync(join(images, '1.jpg'), original.subarray(0, -2)); // without its end marker
    expect(await evaluate(file, '--json')).toBe(0);
    expect(JSON.parse(printed.out).warnings).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^2 images are read with a warning: .*letter case .*no end marker, but all lines \(1, /),
        '1 of 2 images have another size than the annotations say (deep/2.webp: 128 × 64, annotated 256 × 64): are these the annotated images?',
      ]),
    );
    writeFileSync(join(images, '1.jpg'), original);
  });

  it('matches classes by number where asked', async () => {
    const annotations = annotate([
      { id: 1, name: 'horse' },
      { id: 2, name: 'goat' },
    ]);
    expect(await evaluate(annotations, '--classes-by-number', '--json')).toBe(0);
    expect(JSON.parse(printed.out).warnings[0]).toMatch(
      /^classes are matched with categories by number: cat = horse, a<b>&"dog" = goat/,
    );
    const fromFile = ['--annotations', annotations, '--detections', 'x', '--classes-by-number'];
    await expect(evaluateCommand(fromFile)).rejects.toThrow(/--classes-by-number goes with --model/);
  });

  it('refuses what does not go together', async () => {
    const annotations = annotate([{ id: 1, name: 'horse' }]);
    await expect(evaluate(annotations)).rejects.toThrow(/no class of the model \(cat, .*\) is a category.*\(horse\)/);
    await expect(evaluate(annotations, '--detections', 'x')).rejects.toThrow(/either --detections or --model/);
    await expect(evaluateCommand(['--annotations', annotations, '--model', model])).rejects.toThrow(/needs --images/);
    const fromFile = ['--annotations', annotations, '--detections', 'x', '--batch', '2'];
    await expect(evaluateCommand(fromFile)).rejects.toThrow(/--batch goes with --model/);
  });
});

describe('boxesSvg', () => {
  it('is well-formed for any name: the renderer takes it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 12 }), fc.nat(200), async (label, classIndex) => {
        const svg = boxesSvg({ height: 40, width: 50 }, [
          { left: -3, top: 2, right: 60, bottom: 30, classIndex, label },
        ]);
        const { width, height } = await sharp(Buffer.from(svg)).metadata();
        expect([width, height]).toEqual([50, 40]);
      }),
      { numRuns: 50 },
    );
    expect(escapeXml(`<a b='"&">\u0000`)).toBe('&lt;a b=&apos;&quot;&amp;&quot;&gt;\ufffd');
  });

  it('tells the classes of COCO apart by colour and line', () => {
    const looks = Array.from({ length: 21 }, (_, classIndex) => {
      const svg = boxesSvg({ height: 40, width: 50 }, [
        { left: 1, top: 1, right: 9, bottom: 9, classIndex, label: 'a' },
      ]);
      return /stroke="#[0-9A-F]{6}" stroke-width="\d+"( stroke-dasharray="[^"]*")?/.exec(svg)?.[0];
    });
    expect(new Set(looks).size).toBe(21);
  });
});
