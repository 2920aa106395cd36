import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Detections } from '../core/accuracy/detections';
import { evaluateAccuracy } from '../core/accuracy/evaluate';
import { type GroundTruth, type ImageSubset, subsetOf } from '../core/accuracy/groundTruth';
import { type AnnotationsRead, readCocoAnnotations } from '../vision/cocoAnnotations';
import { readOr } from '../vision/datasetError';
import { readDetections } from '../vision/detectionsFile';
import { readYoloLabels } from '../vision/yoloLabels';
import { accuracyText } from './accuracyText';
import { CliError } from './cliError';
import { styleFor } from './style';

const help = `usage: greenbatch evaluate --annotations FILE --detections FILE [options]
       greenbatch evaluate --labels DIR --images DIR --detections FILE [options]

How much a detector gets right: COCO's 12 numbers as pycocotools computes them, and precision, recall,
F1 and mAP as YOLOv7's test program does. docs/accuracy.md says which number is which.

  --annotations FILE   COCO annotations (instances_val2017.json)
  --labels DIR         YOLO label files instead, one .txt an image; goes with --images
  --images DIR         the images that the labels belong to: for their names and sizes
  --coco-ids           the labels' classes 0…79 are COCO's: category ids 1…90, with COCO's names
  --detections FILE    COCO results: a list of { image_id, category_id, bbox: [x, y, w, h], score }
  --count N            evaluate only the first N images, by id
  --image-ids IDS      only these: numbers with commas, or a file with one a line
  --classes            a row for each category as well
  --json               everything as JSON: stats (the 12 numbers), yolov7, paperF1, classes, curves, confusion, …

Exit codes: 0 evaluated, 2 wrong input (the message names the entry that is wrong).
`;

/** Where the detections come from: they belong to images of `truth`, of which `evaluated` are asked for. */
export type DetectionSource = (truth: GroundTruth, evaluated: GroundTruth) => Promise<Detections>;

/** `greenbatch evaluate`: 0 when the numbers are printed. */
export async function evaluateCommand(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      annotations: { type: 'string' },
      labels: { type: 'string' },
      images: { type: 'string' },
      'coco-ids': { type: 'boolean', default: false },
      detections: { type: 'string' },
      count: { type: 'string' },
      'image-ids': { type: 'string' },
      classes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const { detections: file, count } = values;
  if (file === undefined) throw new CliError(`name the detections\n\n${help}`);
  const subset = { count: countOf(count), ids: await idsOf(values['image-ids']) };
  const read = await readTruth(values);
  const { accuracy, warnings } = await evaluateFrom(read, subset, (truth) => readDetections(file, truth));
  if (values.json) process.stdout.write(`${JSON.stringify({ stats: accuracy.coco.stats, ...accuracy, warnings })}\n`);
  else {
    for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
    process.stdout.write(accuracyText(accuracy, styleFor(process.stdout), { classes: values.classes }));
  }
  return 0;
}

/** Evaluates what `source` finds on the images of `subset`. */
async function evaluateFrom({ truth, warnings }: AnnotationsRead, subset: ImageSubset, source: DetectionSource) {
  const evaluated = chosen(truth, subset);
  const detections = await source(truth, evaluated);
  const accuracy = evaluateAccuracy(evaluated, detections);
  const { leftOut } = accuracy;
  const all = [...warnings];
  const unknown = [
    ...(leftOut.detections > 0 ? [`${leftOut.detections} detections`] : []),
    ...(leftOut.annotations > 0 ? [`${leftOut.annotations} annotations`] : []),
  ];
  if (unknown.length > 0) all.push(`${unknown.join(' and ')} of other images or unknown categories were left out`);
  const lowest = detections.scores.reduce((a, b) => Math.min(a, b), Infinity);
  if (Number.isFinite(lowest) && lowest > lowestScoreExpected)
    all.push(
      `the lowest score is ${lowest}: AP and mAP are below what they would be with detections down to 0.001, as the official tests take them`,
    );
  return { accuracy, warnings: all };
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
    throw new CliError(`give either --annotations or --labels\n\n${help}`);
  if (annotations !== undefined) {
    if (cocoIds) throw new CliError('--coco-ids goes with --labels alone: annotations hold their own category ids');
    return readCocoAnnotations(annotations);
  }
  if (images === undefined)
    throw new CliError('--labels needs --images DIR: boxes in them are shares of an image’s size');
  return readYoloLabels(labels!, images, { cocoIds });
}

function countOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new CliError(`--count ${text}; allowed: a whole number from 1`);
  return Number(text);
}

async function idsOf(text: string | undefined): Promise<number[] | undefined> {
  if (text === undefined) return undefined;
  const isList = /^\s*\d+(\s*,\s*\d+)*\s*$/.test(text);
  const parts = (isList ? text : await readOr(readFile(text, 'utf8'), text))
    .split(/[\s,]+/)
    .filter((part) => part !== '');
  const wrong = parts.find((part) => !/^\d{1,15}$/.test(part));
  if (wrong !== undefined) throw new CliError(`--image-ids: "${wrong}" is no image id`);
  if (parts.length === 0) throw new CliError(`--image-ids: ${text} names no image`);
  return parts.map(Number);
}
