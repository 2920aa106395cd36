import type { AccuracyInterval } from '../../src/core/accuracy/accuracySampling';
import type { Accuracy } from '../../src/core/accuracy/accuracy';
import type { Table } from '../../src/core/words/table';
import type { ModelAccuracy } from '../../src/core/report/report';
import { describeShares } from '../../src/core/statistics/wording';
import { shortModelNames } from '../../src/core/configuration/modelNames';
import { h, redraw } from '../page/dom';
import type { Page } from '../page/page';
import { tableElement } from '../page/table';
import { t } from '../strings/strings';

const mostConfusions = 20;

/** What the models get right: which number is which, per class, and what is taken for what. */
export function createAccuracyCard() {
  const element = h('section', { class: 'card', 'aria-labelledby': 'models-accuracy-title' });
  return {
    element,
    show({ accuracies }: Page): void {
      element.hidden = accuracies.length === 0;
      redraw(element, accuracies, () => content(accuracies));
    },
  };
}

function content(accuracies: readonly ModelAccuracy[]): HTMLElement[] {
  const names = shortModelNames(accuracies.map((a) => a.model));
  const known = accuracies.flatMap((a, i) => (a.accuracy ? [{ ...a, accuracy: a.accuracy, name: names[i]! }] : []));
  const unknown = accuracies.flatMap((a, i) => (a.accuracy ? [] : [h('p', {}, `${names[i]}: ${a.message ?? ''}`)]));
  return [
    h('h2', { id: 'models-accuracy-title' }, t('Accuracy')),
    ...unknown,
    ...(known.length === 0
      ? []
      : [
          tableElement(t('Accuracy'), overview(known)),
          h(
            'p',
            { class: 'faint' },
            t(
              'AP as pycocotools computes it; P, R, F1 and mAP as YOLOv7’s test program does, at the confidence of the highest mean F1. Measured once, outside the energy windows. AP with other images: its 95 % interval over as many images of the same kind.',
            ),
          ),
        ]),
    ...known.flatMap(({ name, accuracy, truth, skipped, warnings }) => [
      ...warnings.map((warning) => h('p', {}, `${name}: ${warning}`)),
      h(
        'details',
        { 'data-key': `classes-${name}` },
        h('summary', {}, t('{0}: classes and confusions', name)),
        h('p', { class: 'faint' }, basisOf(accuracy, truth, skipped.length)),
        tableElement(t('Classes of {0}', name), classes(accuracy)),
        tableElement(t('What {0} takes for what', name), confusions(accuracy)),
      ),
    ]),
  ];
}

type Known = { name: string; accuracy: Accuracy; accuracyInterval?: AccuracyInterval | undefined };

function overview(known: readonly Known[]): Table {
  return {
    columns: [
      t('model'),
      'AP',
      ...(known.some(({ accuracyInterval }) => accuracyInterval) ? [t('AP with other images')] : []),
      'AP50',
      'AP75',
      'AR100',
      t('YOLOv7 mAP'),
      'mAP@.5',
      'P',
      'R',
      'F1',
      t('at confidence'),
      t('F1 of the paper (from AP and AR)'),
      t('images'),
      t('annotations'),
    ],
    rows: known.map(({ name, accuracy: { coco, yolov7, paperF1, images, annotations }, accuracyInterval }) => [
      name,
      cocoNumber(coco, 0),
      ...(known.some((one) => one.accuracyInterval) ? [otherImages(coco, accuracyInterval)] : []),
      ...[1, 2, 8].map((i) => cocoNumber(coco, i)),
      yolov7?.mAP ?? null,
      yolov7?.mAP50 ?? null,
      yolov7?.P ?? null,
      yolov7?.R ?? null,
      yolov7?.F1 ?? null,
      yolov7?.confidence ?? null,
      paperF1,
      images,
      annotations,
    ]),
  };
}

const cocoNumber = ({ stats }: Accuracy['coco'], i: number) => (stats[i]! < 0 ? null : stats[i]!);

function otherImages({ stats }: Accuracy['coco'], interval: AccuracyInterval | undefined): string | null {
  if (!interval || interval.low === null || interval.high === null) return null;
  return describeShares(stats[0]!, { low: interval.low, high: interval.high });
}

function classes(accuracy: Accuracy): Table {
  return {
    columns: [t('class'), 'AP', 'AP50', 'P', 'R', 'F1', t('annotations'), t('detections')],
    rows: accuracy.classes
      .filter((c) => c.annotations > 0)
      .map((c) => [
        c.name,
        c.AP,
        c.AP50,
        c.yolov7?.P ?? null,
        c.yolov7?.R ?? null,
        c.yolov7?.F1 ?? null,
        c.annotations,
        c.detections,
      ]),
  };
}

/** The commonest mistakes: the diagonal (right ones) is what the classes' table tells. */
function confusions({ confusion, classes: all }: Accuracy): Table {
  const name = (place: number) => all[place]?.name ?? t('nothing');
  return {
    columns: [t('detected'), t('in truth'), t('times')],
    rows: confusion.cells
      .filter(([detected, actual]) => detected !== actual)
      .toSorted((a, b) => b[2] - a[2])
      .slice(0, mostConfusions)
      .map(([detected, actual, times]) => [name(detected), name(actual), times]),
  };
}

function basisOf({ images, annotations, crowds, confusion }: Accuracy, truth: string | null, skipped: number): string {
  const parts = [
    t('{0} images, {1} annotations ({2} of them crowds) of {3}', images, annotations, crowds, truth ?? '–'),
    t('confusions above confidence {0} and IoU {1}', confusion.confidence, confusion.iou),
  ];
  if (skipped > 0) parts.push(t('{0} images could not be run and are left out', skipped));
  return parts.join(' · ');
}
