import { access, constants } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readText } from '../../machine/regularFile';
import type { Accuracy } from '../../core/accuracy/accuracy';
import type { Detections } from '../../core/accuracy/detections';
import { accuracyIntervalOf } from '../../core/accuracy/accuracySampling';
import { evaluateForSampling } from '../../core/accuracy/evaluate';
import { type GroundTruth, type ImageSubset, subsetOf } from '../../core/accuracy/groundTruth';
import { describeNumber } from '../../core/words/units';
import type { PhaseTimes } from '../../workloads/detection/detector/detectImages';
import { evaluationWarnings } from '../../workloads/detection/evaluate/evaluateModel';
import { samplingErrorOf } from '../../workloads/detection/evaluate/samplingError';
import { type AnnotationsRead, readCocoAnnotations } from '../../workloads/detection/data/cocoAnnotations';
import { readOr } from '../../workloads/detection/data/datasetError';
import { readDetections, writeDetections } from '../../workloads/detection/data/detectionsFile';
import { readYoloLabels } from '../../workloads/detection/data/yoloLabels';
import { accuracyText } from '../text/accuracyText';
import { CliError } from '../options/cliError';
import { defineCommand, jsonOption, WrongUsage } from '../options/defineCommand';
import { detectorHelp, detectorOptions, type DetectorValues } from '../options/detectorOptions';
import { paddings, type Preprocessing, runEvaluated } from './evaluatedModel';
import { imageProgress } from '../text/imageProgress';
import { oneOf, wholeNumber } from '../options/optionValues';
import { styleFor } from '../text/style';
import { oneLine, print, printData, printError } from '../text/output';

const help = `usage: greenbatch evaluate --annotations FILE --detections FILE [options]
       greenbatch evaluate --labels DIR --images DIR --detections FILE [options]
       greenbatch evaluate … --model M --images DIR [-o FILE]   runs a model first, instead of --detections

How much a detector gets right: COCO's 12 numbers as pycocotools computes them, and precision, recall,
F1 and mAP as YOLOv7's test program does. docs/accuracy.md says which number is which.

  --annotations FILE   COCO annotations (instances_val2017.json)
  --labels DIR         YOLO label files instead, one .txt an image; goes with --images
  --images DIR         the images, a folder or .zip: for the names and sizes that labels need, and for --model
  --coco-ids           the labels' classes 0…79 are COCO's: category ids 1…90, with COCO's names
  --detections FILE    COCO results: a list of { image_id, category_id, bbox: [x, y, w, h], score }
${detectorHelp}
  --padding P          rectangle: images filled up to the model's stride, as YOLO's test programs do (default for a .pt or
                       cfg); square: the whole input, as in a run and for an .onnx
  --shrink HOW         area: means of areas, as YOLOv7's test program (default); bilinear: as in a run
  --classes-by-number  class 0 is the category with the lowest id, and so on, whatever their names
  -o, --output FILE    keeps the model's detections as COCO results
  --count N            evaluate only the first N images, by id
  --image-ids IDS      only these: numbers with commas, or a file with one a line
  --classes            a row for each category as well
  --json               everything as JSON: stats (the 12 numbers), accuracyInterval (95 % of AP with other images of the
                       same kind), yolov7, paperF1, classes, curves, confusion, …

Exit codes: 0 evaluated, 2 wrong input (the message names the entry that is wrong).
`;

/** What is evaluated, and what else there is to say of it. */
type Found = {
  detections: Detections;
  /** Images that could not be looked at are taken out, as YOLOv7's test program does. */
  evaluated: GroundTruth;
  warnings: string[];
  run: ModelRun | null;
};

/** How a model was run. Times are milliseconds of all images together. */
type ModelRun = {
  model: string;
  recognised: string;
  height: number;
  width: number;
  padding: Preprocessing['padding'];
  shrinking: Preprocessing['shrinking'];
  batchSize: number;
  phases: PhaseTimes;
};

/** `greenbatch evaluate`: 0 when the numbers are printed. */
export const evaluateCommand = defineCommand({
  help,
  options: {
    annotations: { type: 'string' },
    labels: { type: 'string' },
    images: { type: 'string' },
    'coco-ids': { type: 'boolean', default: false },
    detections: { type: 'string' },
    ...detectorOptions,
    padding: { type: 'string' },
    shrink: { type: 'string' },
    output: { type: 'string', short: 'o' },
    count: { type: 'string' },
    'image-ids': { type: 'string' },
    classes: { type: 'boolean', default: false },
    'classes-by-number': { type: 'boolean', default: false },
    ...jsonOption,
  },
  positionals: false,
  async run(values) {
    if ((values.detections === undefined) === (values.model === undefined))
      throw new WrongUsage('give either --detections or --model');
    if (values.model === undefined) refuseModelOptions(values);
    else if (values.images === undefined) throw new CliError('--model needs --images DIR: the annotated images');
    const count = values.count === undefined ? undefined : wholeNumber('--count', values.count, 1, 1e9);
    const ids = await idsOf(values['image-ids']);
    const read = await readTruth(values);
    const subset = { count, ids: ids?.map((text) => imageIdOf(text, read.truth)) };
    const chosenTruth = chosen(read.truth, subset);
    const found =
      values.model === undefined
        ? await fromFile(values, read.truth, chosenTruth)
        : await fromModel(values, chosenTruth);
    const { accuracy, sample } = evaluateForSampling(found.evaluated, found.detections);
    const error = samplingErrorOf(sample, () => undefined);
    const accuracyInterval = accuracyIntervalOf(accuracy.coco.stats[0]!, error.sampling);
    const scope = scopeWarnings(accuracy, found.detections);
    const warnings = [...read.warnings, ...found.warnings, ...scope, ...error.warnings];
    if (values.json) {
      const { run } = found;
      const all = {
        stats: accuracy.coco.stats,
        accuracyInterval,
        ...accuracy,
        warnings,
        ...(run === null ? {} : { run }),
      };
      printData(`${JSON.stringify(all)}\n`);
    } else {
      for (const warning of warnings) printError(`warning: ${oneLine(warning)}\n`);
      if (found.run) print(runText(found.run, accuracy.images));
      print(accuracyText(accuracy, accuracyInterval, styleFor(process.stdout), { classes: values.classes }));
    }
    return 0;
  },
});

async function fromFile(
  { detections }: { detections?: string | undefined },
  truth: GroundTruth,
  evaluated: GroundTruth,
): Promise<Found> {
  return { ...(await readDetections(detections!, truth)), evaluated, run: null };
}

type ModelValues = DetectorValues & { 'classes-by-number': boolean } & {
  [Name in 'images' | 'output' | 'padding' | 'shrink']?: string | undefined;
};

async function fromModel(values: ModelValues, truth: GroundTruth): Promise<Found> {
  const padding = oneOf('--padding', values.padding ?? 'rectangle', paddings);
  const shrinking = oneOf('--shrink', values.shrink ?? 'area', ['area', 'bilinear']);
  if (values.output !== undefined) await requireFolder(values.output);
  const progress = imageProgress();
  const ran = await runEvaluated(
    values,
    truth,
    values.images!,
    { padding, shrinking, classesByNumber: values['classes-by-number'] },
    progress,
  );
  const { detections, evaluated, skipped, classesLeftOut } = ran;
  if (values.output !== undefined) await writeDetections(values.output, detections, truth.textIds);
  const warnings = evaluationWarnings(ran);
  const [first] = skipped;
  if (first !== undefined)
    warnings.push(
      `${skipped.length} of ${truth.images.length} images could not be read and are not evaluated (${first.name}: ${first.reason})`,
    );
  if (classesLeftOut > 0)
    warnings.push(`${classesLeftOut} classes of the model are no category of the annotations and are left out`);
  const { recognised, size, batchSize, phases } = ran;
  const run = { model: values.model!, recognised, ...size, padding: ran.padding, shrinking, batchSize, phases };
  return { detections, evaluated, warnings, run };
}

/** Before the work, not after hours of it. */
async function requireFolder(output: string): Promise<void> {
  const folder = dirname(resolve(output));
  await access(folder, constants.W_OK).catch(() => {
    throw new CliError(`--output ${output}: ${folder} is no folder that can be written to`);
  });
}

function refuseModelOptions(values: Record<string, unknown>): void {
  const unused = [...Object.keys(detectorOptions), 'padding', 'shrink', 'output'].find(
    (name) => values[name] !== undefined,
  );
  if (unused === undefined && values['classes-by-number'] === true)
    throw new CliError('--classes-by-number goes with --model');
  if (unused !== undefined) throw new CliError(`--${unused} goes with --model`);
}

/** What a model was taken for, and milliseconds for an image. */
function runText(
  { recognised, height, width, padding, shrinking, batchSize, phases }: ModelRun,
  images: number,
): string {
  const { loadMs, preprocessMs, inferenceMs, nmsMs } = phases;
  const times = [
    ['load', loadMs],
    ['preprocess', preprocessMs],
    ['inference', inferenceMs],
    ['NMS', nmsMs],
  ] as const;
  const each = times.map(([name, ms]) => `${name} ${describeNumber(ms / Math.max(1, images))}`).join(', ');
  return `${recognised}; at ${height}×${width} (${padding} padding, ${shrinking} shrinking), batch ${batchSize}\nms an image: ${each} (phases overlap: the whole takes less than their sum)\n\n`;
}

function scopeWarnings({ leftOut }: Accuracy, { scores }: Detections): string[] {
  const warnings: string[] = [];
  const unknown = [
    ...(leftOut.detections > 0 ? [`${leftOut.detections} detections`] : []),
    ...(leftOut.annotations > 0 ? [`${leftOut.annotations} annotations`] : []),
  ];
  if (unknown.length > 0) warnings.push(`${unknown.join(' and ')} of other images or unknown categories were left out`);
  const lowest = scores.reduce((a, b) => Math.min(a, b), Infinity);
  if (Number.isFinite(lowest) && lowest > lowestScoreExpected)
    warnings.push(
      `the lowest score is ${lowest}: AP and mAP are below what they would be with detections down to 0.001, as the official tests take them`,
    );
  return warnings;
}

/** Detections that end above this score were cut off for showing, not for evaluating. */
const lowestScoreExpected = 0.05;

function chosen(truth: GroundTruth, subset: ImageSubset): GroundTruth {
  try {
    return subsetOf(truth, subset);
  } catch (error) {
    throw error instanceof RangeError ? new CliError(`--image-ids: ${error.message}`) : error;
  }
}

type TruthOptions = {
  annotations?: string | undefined;
  labels?: string | undefined;
  images?: string | undefined;
  'coco-ids': boolean;
};

async function readTruth({ annotations, labels, images, 'coco-ids': cocoIds }: TruthOptions): Promise<AnnotationsRead> {
  if ((annotations === undefined) === (labels === undefined))
    throw new WrongUsage('give either --annotations or --labels');
  if (annotations !== undefined) {
    if (cocoIds) throw new CliError('--coco-ids goes with --labels alone: annotations hold their own category ids');
    return readCocoAnnotations(annotations);
  }
  if (images === undefined)
    throw new CliError('--labels needs --images DIR: boxes in them are shares of an image’s size');
  return readYoloLabels(labels!, images, { cocoIds });
}

/** Of a list of image ids. */
const mostIdBytes = 64 << 20;

async function idsOf(text: string | undefined): Promise<string[] | undefined> {
  if (text === undefined) return undefined;
  const isList = /^\s*\d+(\s*,\s*\d+)*\s*$/.test(text);
  const parts = (isList ? text : await readOr(new Promise<string>((done) => done(readText(text, mostIdBytes))), text))
    .split(/[\s,]+/)
    .filter((part) => part !== '');
  if (parts.length === 0) throw new CliError(`--image-ids: ${text} names no image`);
  return parts;
}

/** Of the annotations: a number, or the number that stands for a text. */
function imageIdOf(text: string, { textIds }: GroundTruth): number {
  const id = textIds?.images.get(text) ?? (/^-?\d{1,15}$/.test(text) ? Number(text) : undefined);
  if (id === undefined) throw new CliError(`--image-ids: "${text}" is no image id`);
  return id;
}
