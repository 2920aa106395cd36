import { exitCodes } from '../../core/failure/exitCodes';
import { counted } from '../../core/statistics/wording';
import { type DetectionLimits, drawingLimits } from '../../core/detection/detector';
import { detectImages, type ImageDetections } from '../../workloads/detection/detector/detectImages';
import { drawBoxes, hasLabelFont, type LabelledBox } from '../../workloads/detection/draw/drawBoxes';
import { imageReason } from '../../workloads/detection/decode/imageError';
import { type SkippedImage, type WarnedImage, warnedText } from '../../workloads/detection/data/imageFiles';
import { defineCommand, jsonOption, WrongUsage } from '../options/defineCommand';
import { detectorHelp, detectorOptions, openDetectorOf } from '../options/detectorOptions';
import { type CopiedImage, imagesToCopy, isJpeg, writeCopy } from './imageCopies';
import { imageProgress } from '../text/imageProgress';
import { share } from '../options/optionValues';
import { oneLine, print, printData, printError } from '../text/output';

const help = `usage: greenbatch detect --model M --images DIR|FILE… -o DIR [options]

Finds objects with a model and draws them onto copies of the images.

  --images PATH        a folder with its subfolders, a .zip, or images; may be given several times, or as arguments
  -o, --output DIR     where the copies go; made if it is not there
  --conf C             draws boxes with a score above C (default ${drawingLimits.confidence})
  --iou I              drops boxes that overlap a surer one of their class by more than I (default ${drawingLimits.iou})
${detectorHelp}
  --json               what was found, as JSON

Exit codes: 0 done, 1 some images could not be read (they are named), 2 wrong input.
`;

type Report = {
  name: string;
  file: string;
  width: number;
  height: number;
  detections: {
    class: number;
    name: string;
    score: number;
    box: [left: number, top: number, width: number, height: number];
  }[];
};

/** `greenbatch detect`: 0 when every image was drawn. */
export const detectCommand = defineCommand({
  help,
  options: {
    ...detectorOptions,
    images: { type: 'string', multiple: true, default: [] },
    output: { type: 'string', short: 'o' },
    conf: { type: 'string' },
    iou: { type: 'string' },
    ...jsonOption,
  },
  positionals: true,
  async run(values, positionals) {
    const paths = [...values.images, ...positionals];
    if (values.output === undefined || paths.length === 0)
      throw new WrongUsage('name images and the folder for the copies');
    const limits: DetectionLimits = {
      ...drawingLimits,
      ...(values.conf === undefined ? {} : { confidence: share('--conf', values.conf) }),
      ...(values.iou === undefined ? {} : { iou: share('--iou', values.iou) }),
    };
    const { copies, skipped } = await imagesToCopy(paths, values.output);
    const { detector, batchSize } = await openDetectorOf(values);
    const say = values.json ? () => undefined : (line: string) => print(`${line}\n`);
    try {
      say(detector.description);
      if (!(await hasLabelFont()))
        printError(
          'warning: this machine has no font, so that the labels of boxes stay empty: install one (Debian, Ubuntu: apt install fonts-dejavu-core)\n',
        );
      const items = copies.map(({ item }) => item);
      // Without --json, the lines of the images are the progress.
      const onProgress = values.json ? imageProgress() : () => undefined;
      const run = detectImages(detector, items, {
        batchSize,
        limits,
        overlapFrom: process.argv[1] ?? null,
        onProgress,
      });
      const reports: Report[] = [];
      const warned: WarnedImage[] = [];
      let next = 0;
      for await (const found of run.images) {
        const copy = copies[next++]!;
        const report = 'reason' in found ? found : await drawn(found, copy, detector.classNames);
        if ('warnings' in found && found.warnings.length > 0)
          warned.push({ name: found.name, warning: found.warnings.join('; ') });
        if ('reason' in report) skipped.push(report);
        else {
          say(oneLine(`${report.name}: ${classesText(report.detections)} → ${report.file}`));
          reports.push(report);
        }
      }
      const boxes = reports.reduce((sum, { detections }) => sum + detections.length, 0);
      say(
        `${counted(reports.length, 'image')} with ${boxes === 1 ? '1 box' : `${boxes} boxes`} in ${values.output}, ${skipped.length} skipped`,
      );
      for (const { name, reason } of skipped) printError(`skipped ${oneLine(name)}: ${oneLine(reason)}\n`);
      for (const line of warnedText(warned)) printError(`warning: ${oneLine(line)}\n`);
      if (values.json)
        printData(
          `${JSON.stringify({ recognised: detector.description, images: reports, skipped, warned, phases: run.phases })}\n`,
        );
    } finally {
      await detector.session.release();
    }
    return skipped.length > 0 ? exitCodes.unexpected : exitCodes.ok;
  },
});

async function drawn(
  { name, original, corners, scores, classes }: ImageDetections,
  { item, file }: CopiedImage,
  names: readonly string[] | null,
): Promise<Report | SkippedImage> {
  const found = Array.from(scores, (score, i) => {
    const [left, top, right, bottom] = corners.subarray(4 * i, 4 * i + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const index = classes[i]!;
    return { left, top, right, bottom, score, classIndex: index, name: names?.[index] ?? `class ${index}` };
  });
  const boxes: LabelledBox[] = found.map((box) => ({ ...box, label: `${box.name} ${box.score.toFixed(2)}` }));
  let picture: Buffer;
  try {
    picture = await drawBoxes(await item.load(), original, boxes, isJpeg(file) ? 'jpeg' : 'png');
  } catch (error) {
    return { name, reason: imageReason(error) };
  }
  await writeCopy(file, picture);
  const detections = found.map(({ left, top, right, bottom, score, classIndex, name: className }) => ({
    class: classIndex,
    name: className,
    score: decimals(score, 5),
    box: [left, top, right - left, bottom - top].map((side) => decimals(side, 3)) as [number, number, number, number],
  }));
  return { name, file, ...original, detections };
}

const decimals = (value: number, digits: number) => Number(value.toFixed(digits));

/** `person 3, car 1`, the commonest class first. */
function classesText(detections: { name: string }[]): string {
  const counts = new Map<string, number>();
  for (const { name } of detections) counts.set(name, (counts.get(name) ?? 0) + 1);
  const listed = [...counts].sort((a, b) => b[1] - a[1]).map(([className, count]) => `${className} ${count}`);
  return listed.join(', ') || 'nothing';
}
