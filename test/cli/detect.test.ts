import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeConstantModel } from '../support/constantModel';
import { writeBakedModel, writeEndlessModel } from '../support/faultyModels';
import { makeBench } from '../support/greenbatch';

const bench = makeBench();
afterAll(() => bench.remove());
const at = (name: string) => join(bench.folder, name);

const boxes = 252; // of 64×64 pixels: 3 × (8² + 4² + 2²)
/** Rows of a YOLOv7 export with the classes cat and dog: a cat of 20×10 pixels in the middle, a less sure dog at the side. */
function rows(): Float32Array {
  const data = new Float32Array(boxes * 7);
  for (let i = 0; i < boxes; i++) data.set([32, 32, 1, 1, 0, 0, 0], 7 * i);
  data.set([32, 32, 20, 10, 1, 0.9, 0.01], 0);
  data.set([10, 40, 8, 8, 1, 0, 0.3], 7);
  return data;
}

beforeAll(async () => {
  mkdirSync(at('images/more'), { recursive: true });
  // 128×64 pixels lie in 64×64 as 64×32, from row 16 on: the cat is at 44, 22 with 40×20 pixels.
  const grey = sharp({ create: { width: 128, height: 64, channels: 3, background: '#888' } });
  await grey.png().toFile(at('images/1.png'));
  await grey.jpeg().toFile(at('images/2.jpg'));
  await grey.webp().toFile(at('images/more/3.webp'));
  const bytes = await grey.jpeg().toBuffer();
  writeFileSync(at('images/4.jpg'), bytes.subarray(0, bytes.length / 2));
  writeConstantModel(at('cats.onnx'), {
    inputDims: [1, 3, 64, 64],
    outputs: { output: { dims: [1, boxes, 7], data: rows() } },
    metadata: { names: "{0: 'cat', 1: 'dog'}" },
  });
  const bbox = [44, 22, 40, 20];
  const gt = {
    images: ['1.png', '2.jpg', 'more/3.webp', '4.jpg', '5.jpg'].map((file_name, i) => ({
      ...{ id: i + 1, file_name, width: 128, height: 64 },
    })),
    categories: [
      { id: 17, name: 'Cat' },
      { id: 18, name: 'bird' },
    ],
    annotations: [1, 2, 3, 4].map((id) => ({ id, image_id: id, category_id: 17, bbox, area: 800, iscrowd: 0 })),
  };
  writeFileSync(at('gt.json'), JSON.stringify(gt));
});

describe('a model that is at fault', () => {
  const detect = (...options: string[]) => bench.run(['detect', '--images', 'images', '-o', 'out', ...options]);
  /** Neither colours nor lines of a library, nor places in anybody's source. */
  const isPlain = (stderr: string) => !/\u001b|onnxruntime|^\s+at |Error:/m.test(stderr);

  it('is told of in one line: which batches it runs, and how others are exported', async () => {
    writeBakedModel(at('one.onnx'), { inside: 1 });
    const annotated = [
      'evaluate',
      '--annotations',
      'gt.json',
      '--images',
      'images',
      '--model',
      'one.onnx',
      '--classes-by-number',
    ];
    for (const result of [await detect('--model', 'one.onnx'), await detect('--model', 'one.onnx', '--batch', '3')]) {
      expect(result.code).toBe(2);
      expect(result.stderr).toMatch(
        /one\.onnx fails at batches of [234]: its Reshape.*; it runs batches of 1, not of [23],/,
      );
      expect(result.stderr).toContain('export it with a free batch size');
      expect(isPlain(result.stderr), result.stderr).toBe(true);
    }
    expect((await detect('--model', 'one.onnx', '--batch', '1')).stdout).toMatch(/3 images with 0 boxes/);
    expect((await bench.run(annotated)).stderr).toMatch(/one\.onnx fails at batches of [234]/);
  });

  it('runs the batch that it runs, with the last one filled up', async () => {
    writeBakedModel(at('four.onnx'), { inside: 4 });
    expect((await detect('--model', 'four.onnx')).stdout).toMatch(/3 images with 0 boxes/);
  });

  it('is told of without a stack when it cannot be loaded', async () => {
    const bytes = readFileSync(at('cats.onnx'));
    bytes.write('Unknown!', bytes.indexOf('Identity'), 'latin1');
    writeFileSync(at('unknown.onnx'), bytes);
    const result = await detect('--model', 'unknown.onnx');
    expect(result.stderr).toMatch(/^greenbatch: ONNX Runtime cannot load .*unknown\.onnx: /);
    expect(isPlain(result.stderr), result.stderr).toBe(true);
    expect(result.code).toBe(2);
  });

  it('is ended, saying so, when it comes to no end', async () => {
    writeEndlessModel(at('endless.onnx'));
    const start = performance.now();
    const result = await detect('--model', 'endless.onnx', '--image-size', '64', '--timeout', '1');
    expect(performance.now() - start).toBeLessThan(20_000);
    expect(result.stderr).toMatch(/^greenbatch: endless\.onnx has not come to an end with a batch .*endless loop\?/);
    expect(result.code).not.toBe(0);
  });
});

describe('greenbatch evaluate --model', () => {
  const evaluate = (...options: string[]) =>
    bench.run(['evaluate', '--annotations', 'gt.json', '--images', 'images', ...options]);

  it('runs the model, takes out the images that could not be run, and keeps what it found', async () => {
    const result = await evaluate('--model', 'cats.onnx', '-o', 'dt.json', '--json');
    expect(result.code, result.stderr).toBe(0);
    const { stats, images, leftOut, run, warnings, yolov7 } = JSON.parse(result.stdout);
    // The three images that can be read each have their cat; those of the other two do not count as missed.
    expect(images).toBe(3);
    expect(stats[0]).toBeCloseTo(1, 9);
    expect(yolov7.R).toBeCloseTo(1, 9);
    expect(run).toMatchObject({ model: 'cats.onnx', height: 64, width: 64, batchSize: 1 });
    expect(run.phases.inferenceMs).toBeGreaterThan(0);
    expect(warnings).toContainEqual(
      '2 of 5 images could not be read and are not evaluated (5.jpg: the file is missing)',
    );
    // Dogs are no category of the annotations.
    expect(leftOut).toEqual({ annotations: 1, detections: 0 });
    expect(warnings).toContainEqual('1 classes of the model are no category of the annotations and are left out');
    const kept = JSON.parse(readFileSync(at('dt.json'), 'utf8'));
    expect(kept.filter((d: { score: number }) => d.score > 0.5)).toEqual(
      [1, 2, 3].map((image_id) => ({ image_id, category_id: 17, bbox: [44, 22, 40, 20], score: 0.9 })),
    );
    expect(result.stderr).toBe('');
  });

  it('the detections that it keeps evaluate to the same', async () => {
    const first = await evaluate('--model', 'cats.onnx', '-o', 'dt.json', '--json', '--image-ids', '1,2,3');
    const second = await evaluate('--detections', 'dt.json', '--json', '--image-ids', '1,2,3');
    expect(second.code, second.stderr).toBe(0);
    expect(JSON.parse(second.stdout).stats).toEqual(JSON.parse(first.stdout).stats);
    expect(JSON.parse(second.stdout).run).toBeUndefined();
  });

  it('YOLO labels in place of annotations: classes by their number', async () => {
    mkdirSync(at('labels/more'), { recursive: true });
    for (const name of ['1', '2', 'more/3']) writeFileSync(at(`labels/${name}.txt`), '0 0.5 0.5 0.3125 0.3125\n');
    const result = await bench.run(['evaluate', '--labels', 'labels', '--images', 'images', '--model', 'cats.onnx']);
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toMatch(
      /^YOLOv7 or YOLOv5 detector.*; at 64×64 \(square padding.*\), batch 1\nms an image: load [\d.]+, /,
    );
    expect(result.stdout).toMatch(/\nAP +1\.000 /);
    expect(result.stderr).toMatch(/warning: 1 image was left out; the first is 4\.jpg: corrupt or truncated/);
  });

  it('says what is wrong, before the work', async () => {
    const refused: [string[], RegExp][] = [
      [['--model', 'yolov7-tiny'], /yolov7-tiny has no trained weights.*--weights FILE\.pt/],
      [['--model', 'cats.onnx', '--detections', 'dt.json'], /either --detections or --model/],
      [[], /either --detections or --model/],
      [['--detections', 'dt.json', '--batch', '2'], /--batch goes with --model/],
      [['--detections', 'dt.json', '-o', 'x.json'], /--output goes with --model/],
      [['--model', 'cats.onnx', '-o', 'none/x.json'], /none is no folder that can be written to/],
      [['--model', 'cats.onnx', '--batch', '2'], /takes batches of 1 only/],
      [['--model', 'cats.onnx', '--image-size', '96'], /takes images of 64×64 pixels, not 96×96/],
      [['--model', 'none.onnx'], /there is no file/],
    ];
    for (const [options, message] of refused) {
      const result = await evaluate(...options);
      expect(result.stderr, options.join(' ')).toMatch(message);
      expect(result.code, options.join(' ')).toBe(2);
      expect(result.stdout).toBe('');
    }
    const withoutImages = await bench.run(['evaluate', '--annotations', 'gt.json', '--model', 'cats.onnx']);
    expect(withoutImages.stderr).toContain('--model needs --images DIR');
  });

  it('refuses a model whose classes are none of the annotations’', async () => {
    writeConstantModel(at('cars.onnx'), {
      inputDims: [1, 3, 64, 64],
      outputs: { output: { dims: [1, boxes, 7], data: rows() } },
      metadata: { names: '["car", "bus"]' },
    });
    const result = await evaluate('--model', 'cars.onnx');
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/no class of the model \(car, bus\) is a category of the annotations \(Cat, bird\)/);
  });
});

describe('greenbatch detect', () => {
  const detect = (...options: string[]) => bench.run(['detect', '--model', 'cats.onnx', ...options]);

  it('draws onto copies, a line an image, and names what it skipped', async () => {
    const result = await detect('--images', 'images', '-o', 'drawn/here');
    expect(result.code, result.stderr).toBe(1);
    expect(result.stderr).toMatch(/skipped 4\.jpg: corrupt or truncated/);
    const lines = result.stdout.trimEnd().split('\n');
    expect(lines.slice(1, -1)).toEqual([
      `1.png: cat 1, dog 1 → ${join('drawn', 'here', '1.png')}`,
      `2.jpg: cat 1, dog 1 → ${join('drawn', 'here', '2.jpg')}`,
      `more/3.webp: cat 1, dog 1 → ${join('drawn', 'here', 'more', '3.webp.png')}`,
    ]);
    expect(lines.at(-1)).toBe('3 images with 6 boxes in drawn/here, 1 skipped');
    expect(readdirSync(at('drawn/here'), { recursive: true }).sort()).toEqual([
      ...['1.png', '2.jpg', 'more', join('more', '3.webp.png')],
    ]);
    const { data } = await sharp(at('drawn/here/1.png')).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const pixel = (x: number, y: number) => [...data.subarray(3 * (y * 128 + x), 3 * (y * 128 + x) + 3)];
    expect(pixel(70, 42)).toEqual([0xe6, 0x9f, 0x00]);
    expect(pixel(110, 60)).toEqual([0x88, 0x88, 0x88]);
  });

  it('--json with one image; --conf leaves out the less sure', async () => {
    const result = await detect('--images', 'images/1.png', '-o', 'one', '--conf', '.5', '--json');
    const { images, skipped } = JSON.parse(result.stdout);
    expect(skipped).toEqual([]);
    expect(images).toEqual([
      {
        ...{ name: '1.png', file: join('one', '1.png'), width: 128, height: 64 },
        detections: [{ class: 0, name: 'cat', score: 0.9, box: [44, 22, 40, 20] }],
      },
    ]);
  });

  it('never writes over an original, nor where the next run would find its copies', async () => {
    const before = readFileSync(at('images/1.png'));
    symlinkSync(at('images'), at('link'));
    for (const output of ['images', 'images/drawn', 'link', 'link/deeper/still']) {
      const result = await detect('--images', 'images', '-o', output);
      expect(result.stderr, output).toMatch(/holds the images or lies among them: name another folder/);
      expect(result.code).toBe(2);
    }
    for (const output of ['images', 'link']) {
      const result = await detect('--images', 'images/1.png', '-o', output);
      expect(result.stderr, output).toMatch(/1\.png would be overwritten/);
    }
    // A folder of links must not lead the copies to what they lead to.
    mkdirSync(at('elsewhere'));
    symlinkSync(at('images/1.png'), at('elsewhere/1.png'));
    expect((await detect('--images', 'elsewhere', '-o', 'images')).stderr).toMatch(/1\.png would be overwritten/);
    mkdirSync(at('linked'));
    symlinkSync(at('images/1.png'), at('linked/1.png'));
    expect((await detect('--images', 'images/1.png', '-o', 'linked')).code).toBe(0);
    expect(readFileSync(at('linked/1.png')).equals(before)).toBe(false);
    expect(readFileSync(at('images/1.png')).equals(before)).toBe(true);
    expect(readdirSync(at('images')).sort()).toEqual(['1.png', '2.jpg', '4.jpg', 'more']);
  });

  it('says what is wrong', async () => {
    const refused: [string[], RegExp][] = [
      [['--images', 'images/4.jpg', '-o', 'x'], /skipped 4\.jpg: corrupt/],
      [['--images', 'nowhere', '-o', 'x'], /nowhere does not exist/],
      [['--images', 'images'], /name images and the folder/],
      [['--images', 'images', '-o', 'x', '--conf', '2'], /--conf 2; allowed: 0 to 1/],
      [['--images', 'images', '-o', 'x', '--iou', 'half'], /--iou half; allowed: 0 to 1/],
      [['--images', 'images', '-o', 'gt.json'], /cannot be written/],
    ];
    for (const [options, message] of refused) {
      const result = await detect(...options);
      expect(result.stderr, options.join(' ')).toMatch(message);
      expect(result.code, options.join(' ')).toBe(options.includes('images/4.jpg') ? 1 : 2);
    }
    expect(existsSync(at('x'))).toBe(false);
  });
});
