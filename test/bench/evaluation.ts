import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { arrange } from '../../src/core/accuracy/arrangement';
import { evaluateCoco } from '../../src/core/accuracy/cocoEvaluation';
import { DetectionList } from '../../src/core/accuracy/detections';
import { evaluateForSampling } from '../../src/core/accuracy/evaluate';
import { seededRandom } from '../../src/core/statistics/random';
import { readCocoAnnotations } from '../../src/workloads/detection/data/cocoAnnotations';
import { readDetections, writeDetections } from '../../src/workloads/detection/data/detectionsFile';

/**
 * Our evaluation over pycocotools', on the same files: the real detections of YOLOv5n on 90 images, repeated under
 * new ids to 5,040 images with jittered scores. Each in a process of its own on one and the same core, in turns.
 * Prints one JSON object. Usage: tsx test/bench/evaluation.ts [rounds]; PYTHON and PYTHONPATH name a Python that has
 * pycocotools.
 */

const copies = 56;
const fixtures = process.env.GREENBATCH_FIXTURES ?? resolve(__dirname, '../../../shared/data');
const annotationsFile = join(fixtures, 'coco-val2017-dev/instances_bbox_only.json');
const detectionsFile = join(fixtures, 'oracle/real-detections/yolov5n_640_dev.json');
const python = process.env.PYTHON ?? 'python3';

type Measured = { readSeconds: number; evaluateSeconds: number; peakMegabytes: number; stats: number[] };
type Ours = Measured & { everythingSeconds: number; resamplesSeconds: number; resamples: number };

/** Child process: our times. */
async function measureOurs(annotations: string, detections: string): Promise<void> {
  const start = performance.now();
  const { truth } = await readCocoAnnotations(annotations);
  const { detections: found } = await readDetections(detections, truth);
  const read = performance.now();
  const { stats } = evaluateCoco(arrange(truth, found));
  const evaluated = performance.now();
  const { sample } = evaluateForSampling(truth, found);
  const end = performance.now();
  const { replicates } = sample();
  const sampled = performance.now();
  const ours: Ours = {
    readSeconds: (read - start) / 1000,
    evaluateSeconds: (evaluated - read) / 1000,
    everythingSeconds: (end - evaluated) / 1000,
    resamplesSeconds: (sampled - end) / 1000,
    resamples: replicates.length,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    stats,
  };
  console.log(JSON.stringify(ours));
}

/** Annotations and detections of `copies` times as many images. */
async function writeCopies(annotations: string, detections: string): Promise<{ images: number; detections: number }> {
  type Coco = Record<'images' | 'annotations' | 'categories', { id: number; image_id: number }[]>;
  const coco = JSON.parse(readFileSync(annotationsFile, 'utf8')) as Coco;
  const { truth } = await readCocoAnnotations(annotationsFile);
  const { detections: found } = await readDetections(detectionsFile, truth);
  const random = seededRandom(1);
  const stride = 1_000_000;
  const list = new DetectionList();
  const repeated = (copy: number) => ({
    images: coco.images.map((image) => ({ ...image, id: image.id + copy * stride })),
    annotations: coco.annotations.map((a) => ({
      ...a,
      id: a.id * copies + copy,
      image_id: a.image_id + copy * stride,
    })),
  });
  const all = Array.from({ length: copies }, (_, copy) => repeated(copy));
  for (let copy = 0; copy < copies; copy++)
    found.scores.forEach((score, i) => {
      const [left, top, width, height] = found.boxes.subarray(4 * i, 4 * i + 4) as unknown as number[];
      const jittered = score * (0.9 + 0.1 * random());
      list.add(found.imageIds[i]! + copy * stride, found.categoryIds[i]!, left!, top!, width!, height!, jittered);
    });
  writeFileSync(
    annotations,
    JSON.stringify({
      categories: coco.categories,
      images: all.flatMap((copy) => copy.images),
      annotations: all.flatMap((copy) => copy.annotations),
    }),
  );
  await writeDetections(detections, list.finish());
  return { images: copies * coco.images.length, detections: list.length };
}

const core = String(availableParallelism() - 1);
function onOneCore<T extends Measured>(command: string[]): T {
  const { stdout, stderr, status } = spawnSync('taskset', ['-c', core, ...command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')} failed: ${stderr}`);
  return JSON.parse(stdout) as T;
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const rounded = (value: number) => Math.round(value * 1000) / 1000;

async function compare(rounds: number): Promise<void> {
  if (!existsSync(detectionsFile)) throw new Error(`${detectionsFile} is absent: set GREENBATCH_FIXTURES`);
  const hasPycocotools = spawnSync(python, ['-c', 'import pycocotools.cocoeval']).status === 0;
  if (!hasPycocotools) console.error(`${python} has no pycocotools: only our own times are measured`);
  const scratch = mkdtempSync(join(tmpdir(), 'evaluation-'));
  const files = [join(scratch, 'annotations.json'), join(scratch, 'detections.json')] as const;
  try {
    const size = await writeCopies(...files);
    const ours: Ours[] = [];
    const theirs: Measured[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(onOneCore([process.execPath, ...process.execArgv, __filename, '--ours', ...files]));
      if (hasPycocotools) theirs.push(onOneCore([python, join(__dirname, 'evaluation_pycocotools.py'), ...files]));
    }
    const of = <T>(runs: T[], value: (run: T) => number) =>
      runs.length === 0 ? null : rounded(median(runs.map(value)));
    const ratio = (value: (run: Measured) => number) =>
      theirs.length === 0 ? null : rounded(median(theirs.map((run, i) => value(run) / value(ours[i]!))));
    console.log(
      JSON.stringify(
        {
          ...size,
          detectionsMegabytes: Math.round(statSync(files[1]).size / 1e6),
          rounds,
          evaluateRatio: ratio((run) => run.evaluateSeconds),
          readAndEvaluateRatio: ratio((run) => run.readSeconds + run.evaluateSeconds),
          ours: {
            readSeconds: of(ours, (run) => run.readSeconds),
            cocoSeconds: of(ours, (run) => run.evaluateSeconds),
            everythingSeconds: of(ours, (run) => run.everythingSeconds),
            resamplesSeconds: of(ours, (run) => run.resamplesSeconds),
            resamples: of(ours, (run) => run.resamples),
            peakMegabytes: of(ours, (run) => run.peakMegabytes),
          },
          pycocotools: {
            readSeconds: of(theirs, (run) => run.readSeconds),
            cocoSeconds: of(theirs, (run) => run.evaluateSeconds),
            peakMegabytes: of(theirs, (run) => run.peakMegabytes),
            largestDifference:
              theirs[0] === undefined
                ? null
                : Math.max(...theirs[0].stats.map((s, i) => Math.abs(s - ours[0]!.stats[i]!))),
          },
        },
        null,
        2,
      ),
    );
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--ours') void measureOurs(rest[0]!, rest[1]!);
else
  void compare(Number(first ?? 1)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
