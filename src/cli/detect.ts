import { parseArgs } from 'node:util';
import { type DetectionLimits, drawingLimits } from '../core/detection/detector';
import { describeNumber } from '../core/units';
import { detectImages, type ImageDetections } from '../engine/detectImages';
import { DatasetError } from '../vision/datasetError';
import { drawBoxes, hasLabelFont } from '../vision/drawBoxes';
import { imageReason } from '../vision/imageError';
import type { SkippedImage } from '../vision/imageFiles';
import { CliError } from './cliError';
import { detectorHelp, detectorOptions, openDetectorOf } from './detectorOptions';
import { type CopiedImage, imagesToCopy, isJpeg, writeCopy } from './imageCopies';
import { progressOn } from './imageProgress';

const help = `usage: greenbatch detect --model M --images DIR|FILE -o DIR [options]

Finds objects with a model and draws them onto copies of the images, with class names and scores.

  --images PATH        a folder with its subfolders, a .zip, or one image
  -o, --output DIR     where the copies go; made if it is not there, copies of the same name are replaced
  --conf C             boxes with a score above C (default ${drawingLimits.confidence})
  --iou I              drops boxes that overlap a surer one of their class by more than I (default ${drawingLimits.iou})
${detectorHelp}
  --json               what was found, as JSON: images (name, file, width, height, detections), skipped, recognised, …

Exit codes: 0 done (images that could not be read are named), 2 wrong input, or none could be read.
`;

type Found = {
  class: number;
  name: string;
  score: number;
  /** Left, top, width, height in pixels of the upright image, as COCO has it. */
  bbox: number[];
};
type Report = { name: string; file: string; width: number; height: number; detections: Found[] };

/** `greenbatch detect`: 0 when the copies stand. */
export async function detectCommand(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      ...detectorOptions,
      images: { type: 'string' },
      output: { type: 'string', short: 'o' },
      conf: { type: 'string' },
      iou: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const { images, output } = values;
  if (images === undefined || output === undefined)
    throw new CliError(`name the images and the folder for the copies\n\n${help}`);
  const limits: DetectionLimits = {
    ...drawingLimits,
    confidence: share('--conf', values.conf) ?? drawingLimits.confidence,
    iou: share('--iou', values.iou) ?? drawingLimits.iou,
  };
  const { copies, skipped } = await imagesToCopy(images, output);
  const { detector, batchSize } = await openDetectorOf(values);
  const settings = { batchSize, limits, overlapFrom: process.argv[1]!, onProgress: progressOn(process.stderr) };
  const say = values.json ? () => undefined : (line: string) => void process.stdout.write(`${line}\n`);
  const classCounts = new Map<string, number>();
  const reports: Report[] = [];
  let drawnImages = 0;
  try {
    say(detector.description);
    if (!(await hasLabelFont()))
      process.stderr.write(
        'warning: this machine has no font, so that labels stay empty: install one (Debian, Ubuntu: apt install fonts-dejavu-core)\n',
      );
    const start = performance.now();
    const run = detectImages(
      detector,
      copies.map(({ item }) => item),
      settings,
    );
    let next = 0;
    for await (const found of run.images) {
      const copy = copies[next++]!;
      const report = 'reason' in found ? found : await draw(found, copy, detector.classNames);
      if ('reason' in report) {
        skipped.push(report);
        continue;
      }
      drawnImages++;
      for (const { name } of report.detections) classCounts.set(name, (classCounts.get(name) ?? 0) + 1);
      if (values.json) reports.push(report);
      else say(`${report.name}: ${countsText(countClasses(report.detections))}`);
    }
    const [first] = skipped;
    if (drawnImages === 0)
      throw new DatasetError(`no image of ${images} can be read${first ? ` (${first.name}: ${first.reason})` : ''}`);
    for (const { name, reason } of skipped) process.stderr.write(`skipped ${name}: ${reason}\n`);
    const msPerImage = (performance.now() - start) / drawnImages;
    say(
      `${drawnImages} images in ${output}${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}; ${countsText(classCounts)}; ${describeNumber(msPerImage)} ms an image`,
    );
    if (values.json) {
      const { height, width } = detector.size;
      const of = { model: values.model, recognised: detector.description, height, width, batchSize };
      process.stdout.write(`${JSON.stringify({ ...of, limits, images: reports, skipped, phases: run.phases })}\n`);
    }
  } finally {
    await detector.session.release();
  }
  return 0;
}

async function draw(
  { name, original, corners, scores, classes }: ImageDetections,
  { item, file }: CopiedImage,
  names: readonly string[] | null,
): Promise<Report | SkippedImage> {
  const boxes = Array.from(scores, (score, i) => {
    const [left, top, right, bottom] = [0, 1, 2, 3].map((side) => corners[4 * i + side]!) as Corners;
    const classIndex = classes[i]!;
    const className = names?.[classIndex] ?? `class ${classIndex}`;
    return { left, top, right, bottom, classIndex, className, score, label: `${className} ${score.toFixed(2)}` };
  });
  let picture: Buffer;
  try {
    picture = await drawBoxes(await item.load(), original, boxes, isJpeg(file) ? 'jpeg' : 'png');
  } catch (error) {
    return { name, reason: imageReason(error) };
  }
  await writeCopy(file, picture);
  const detections = boxes.map(({ left, top, right, bottom, classIndex, className, score }) => ({
    class: classIndex,
    name: className,
    score: decimals(score, 5),
    bbox: [left, top, right - left, bottom - top].map((side) => decimals(side, 3)),
  }));
  return { name, file, ...original, detections };
}

type Corners = [left: number, top: number, right: number, bottom: number];

const decimals = (value: number, digits: number) => Number(value.toFixed(digits));

function countClasses(detections: Found[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { name } of detections) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const mostNamed = 8;

/** `person 3, car 1`, the most frequent first. */
function countsText(counts: Map<string, number>): string {
  const sorted = [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`);
  const more = sorted.length > mostNamed ? [`${sorted.length - mostNamed} more classes`] : [];
  return [...sorted.slice(0, mostNamed), ...more].join(', ') || 'nothing found';
}

function share(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^(\d+\.?\d*|\.\d+)$/.test(text) || Number(text) > 1) throw new CliError(`${option} ${text}; allowed: 0 to 1`);
  return Number(text);
}
