import type { Accuracy } from '../../core/accuracy/accuracy';
import type { AccuracyInterval } from '../../core/accuracy/accuracySampling';
import { confusionConfidence } from '../../core/accuracy/confusionMatrix';
import { describeOtherImages } from '../../core/statistics/wording';
import type { Style } from './style';
import { textTable } from './textTable';

const range = 'mean over IoU .50 to .95';

/** What each of the 12 numbers is: name, and what it covers. */
const cocoRows: [string, string][] = [
  ['AP', range],
  ['AP50', 'at IoU .50'],
  ['AP75', 'at IoU .75'],
  ['AP small', `${range}; objects to 32² pixels`],
  ['AP medium', `${range}; 32² to 96²`],
  ['AP large', `${range}; above 96²`],
  ['AR 1', `recall, ${range}; 1 detection an image and category`],
  ['AR 10', 'the same with 10'],
  ['AR 100', 'the same with 100'],
  ['AR small', 'with 100; objects to 32² pixels'],
  ['AR medium', '32² to 96²'],
  ['AR large', 'above 96²'],
];

/** The numbers of an evaluation for a terminal. */
export function accuracyText(
  accuracy: Accuracy,
  interval: AccuracyInterval | null,
  style: Style,
  { classes }: { classes: boolean },
): string {
  const { images, annotations, crowds, detections, yolov7, paperF1 } = accuracy;
  const blocks = [
    `${whole(images)} images, ${whole(annotations)} annotations (${whole(crowds)} of them crowds), ${whole(detections)} detections\n`,
    `${style.bold('COCO, as pycocotools')}\n${textTable(
      ['number', 'value', 'what it is'],
      cocoRows.map(([name, what], i) => {
        const value = accuracy.coco.stats[i]!;
        return [
          name,
          share(value),
          i > 0 || interval === null ? what : `${what}; ${describeOtherImages(value, interval)}`,
        ];
      }),
      [1],
    )}`,
    yolov7 === null
      ? 'YOLOv7’s numbers: none, there are no labels\n'
      : `${style.bold('YOLOv7, as its test program')}\n${textTable(
          ['number', 'value', 'what it is'],
          [
            ['P', share(yolov7.P), `precision at IoU .50 and confidence ${yolov7.confidence.toFixed(3)}`],
            ['R', share(yolov7.R), 'recall at the same'],
            ['F1', share(yolov7.F1), `highest mean over ${yolov7.classes} categories at one confidence`],
            ['mAP@.5', share(yolov7.mAP50), 'no COCO number: other matching, other integral'],
            ['mAP@.5:.95', share(yolov7.mAP), `${range}; usually a little below COCO’s AP`],
          ],
          [1],
        )}`,
    `${style.bold('The paper’s')}\n${textTable(
      ['number', 'value', 'what it is'],
      [
        [
          '2·AP·AR/(AP+AR)',
          paperF1 === null ? '–' : share(paperF1),
          'of COCO’s AP and AR 100; called F1 there, but is no F1 score',
        ],
      ],
      [1],
    )}`,
  ];
  if (classes) blocks.push(classTable(accuracy, style), confusionText(accuracy, style));
  return blocks.join('\n');
}

function classTable({ classes }: Accuracy, style: Style): string {
  return `${style.bold('By category')}\n${textTable(
    ['category', 'id', 'annotations', 'detections', 'AP', 'AP50', 'P', 'R', 'F1', 'mAP@.5', 'mAP@.5:.95'],
    classes.map((c) => [
      c.name,
      String(c.id),
      whole(c.annotations),
      whole(c.detections),
      ...[c.AP, c.AP50, c.yolov7?.P, c.yolov7?.R, c.yolov7?.F1, c.yolov7?.AP50, c.yolov7?.AP].map((value) =>
        value == null ? '–' : share(value),
      ),
    ]),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  )}`;
}

/** The most frequent confusions of one category with another. */
function confusionText({ classes, confusion }: Accuracy, style: Style): string {
  const mixed = confusion.cells
    .filter(([found, actual]) => found !== actual && found < classes.length && actual < classes.length)
    .sort((a, b) => b[2] - a[2])
    .slice(0, 10);
  const name = (place: number) => classes[place]!.name;
  const head = `${style.bold('Taken for another category')} (detections surer than ${confusionConfidence})`;
  if (mixed.length === 0) return `${head}: none\n`;
  return `${head}\n${textTable(
    ['detected', 'actual', 'times'],
    mixed.map(([found, actual, times]) => [name(found), name(actual), whole(times)]),
    [2],
  )}`;
}

const share = (value: number) => (value < 0 ? '–' : value.toFixed(3));
const whole = (value: number) => value.toLocaleString('en');
