import { largestBatchSize, mostConfigurations } from '../../configuration/configuration';
import { type PerfDomain, perfReport } from '../../energy/perf/perfStat';
import { UnreadablePerf } from '../../energy/perf/perfRow';
import { ExpectedError } from '../../failure/expectedError';
import { mostBlocks } from '../../spec/mostBlocks';
import { plainLine } from '../../words/plain';
import { isCocoLine, readCocoLines } from './cocoLines';

/**
 * The log of the paper's scripts: which checkpoints and batch sizes, then for each of them a line `EXP weights batch`, what
 * YOLOv7's test program printed, and the report of `perf stat` that watched it. Several such logs may stand in one file.
 */

/** One run of the test program. */
export type PaperLogRun = {
  /** Of its `EXP`, from 1. */
  line: number;
  weights: string;
  batchSize: number;
  /** `failure`: the program did not come to its end, or perf could not count. */
  outcome: { failure: string } | PaperLogOutcome;
};
export type PaperLogOutcome = { energy: Energy; work: PaperLogWork };

/** Of the whole process: joules of each domain, wall time, and what perf's report has to be told with. */
type Energy = { domains: PerfDomain[]; seconds: number; warnings: string[] };

type PaperLogWork = {
  /** All that it went over, with and without labels. */
  images: number;
  /** Pixels of the sides that were asked for; batches are padded to shapes of their own. */
  imageSize: { height: number; width: number };
  /** Milliseconds an image, means over all, printed with one decimal. */
  inferenceMs: number;
  nmsMs: number;
  /** As YOLOv7 counts: precision, recall, mAP at IoU .5 and over .5 to .95. */
  yolov7: { P: number; R: number; mAP50: number; mAP: number };
  /** Annotated objects, as YOLOv7 counts them. */
  labels: number;
  /** pycocotools' twelve; null where it did not evaluate. */
  coco: number[] | null;
  /** Batches whose suppression gave up after its time limit: of the images that were left it has no detections. */
  suppressionsGivenUp: number;
};

/** What one call of a script measured. */
export type PaperSweep = { line: number; weights: string[]; batchSizes: number[]; runs: PaperLogRun[] };

/** A log that is not read; the message ends a sentence about the file. */
class UnreadableLog extends Error {}

/** Longer lines are looked at by no pattern. */
const longestLine = 4096;
const beginning = /^EXP (\S{1,300}) (\d{1,6})$/;
const perfHeader = /^\s*Performance counter stats for /;
const perfFooter = /\bseconds time elapsed\b/;
const speedLine =
  /^Speed: (\d{1,8}\.\d)\/(\d{1,8}\.\d)\/\d{1,8}\.\d ms inference\/NMS\/total per (\d{1,5})x(\d{1,5}) image at batch-size (\d{1,6})$/;
const share = String.raw`([01](?:\.\d{1,6})?|\d(?:\.\d{1,6})?e-\d{1,3})`;
const allLine = new RegExp(String.raw`^\s*all\s+(\d{1,9})\s+(\d{1,9})\s+${share}\s+${share}\s+${share}\s+${share}$`);

/**
 * Nothing is guessed: a log that is torn, or in which two lines say different things, is refused with the line.
 *
 * @param file its name, for messages
 * @returns what each `weights:` line begins, in their order; each has one run at least
 * @throws ExpectedError `paper-log`
 */
export function readPaperLog(text: string, file: string): PaperSweep[] {
  try {
    return sweepsOf(text);
  } catch (error) {
    if (!(error instanceof UnreadableLog)) throw error;
    throw new ExpectedError(
      'paper-log',
      `${file} is not read as a log of the paper's scripts: ${plainLine(error.message)}`,
    );
  }
}

function sweepsOf(text: string): PaperSweep[] {
  if (text.includes('\0')) throw new UnreadableLog('it is no text');
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const marks = lines.flatMap((line, i) => (line.length <= longestLine && /^(?:weights:|EXP )/.test(line) ? [i] : []));
  if (!marks.some((i) => lines[i]!.startsWith('weights:'))) throw new UnreadableLog('it has no line "weights:"');
  if (marks.length > mostRuns) throw new UnreadableLog('it holds more runs than anybody measures');
  const sweeps: PaperSweep[] = [];
  marks.forEach((i, k) => {
    const line = lines[i]!;
    if (line.startsWith('weights:')) {
      sweeps.push({
        line: i + 1,
        weights: wordsOf(line),
        batchSizes: batchSizesOf(lines[i + 1] ?? '', i + 2),
        runs: [],
      });
      return;
    }
    const sweep = sweeps.at(-1);
    if (!sweep) throw new UnreadableLog(`line ${i + 1} begins a run, but no line "weights:" stands before it`);
    const [, weights, batch] = beginning.exec(line.trimEnd()) ?? [];
    if (weights === undefined)
      throw new UnreadableLog(`line ${i + 1} begins a run, but names no weights and batch size`);
    const batchSize = batchSizeOf(batch!, i + 1);
    const named = namedFile(weights, i + 1);
    const outcome = outcomeOf(lines.slice(i + 1, marks[k + 1]), i + 1, batchSize);
    sweep.runs.push({ line: i + 1, weights: named, batchSize, outcome });
  });
  for (const { line, runs } of sweeps) {
    if (runs.length === 0) throw new UnreadableLog(`line ${line} names weights, but no run ("EXP …") follows`);
    const times = new Map<string, number>();
    for (const { weights, batchSize } of runs) {
      const key = `${batchSize} ${weights}`;
      times.set(key, (times.get(key) ?? 0) + 1);
    }
    if (times.size > mostConfigurations || Math.max(...times.values()) > mostBlocks)
      throw new UnreadableLog(`what begins in line ${line} is more than a run holds`);
  }
  return sweeps;
}

const mostRuns = 10_000;

const wordsOf = (line: string): string[] =>
  line
    .slice(line.indexOf(':') + 1)
    .trim()
    .split(/\s+/)
    .filter(Boolean);

/** What the scripts were to go through; empty where the line behind the weights is another one. */
const batchSizesOf = (line: string, number: number): number[] =>
  line.startsWith('batches:') && line.length <= longestLine
    ? wordsOf(line).map((word) => batchSizeOf(word, number))
    : [];

function batchSizeOf(word: string, line: number): number {
  const value = /^\d{1,6}$/.test(word) ? Number(word) : 0;
  if (value < 1 || value > largestBatchSize)
    throw new UnreadableLog(`line ${line} has a batch size that is none: ${word.slice(0, 20)}`);
  return value;
}

/** It is shown, and stands in an experiment: without what no name of a file should hold. */
function namedFile(name: string, line: number): string {
  if (plainLine(name) !== name || /[\p{Cc}\p{Cf}]/u.test(name))
    throw new UnreadableLog(`line ${line} names weights with control characters`);
  return name;
}

/** @param before lines of the file before these */
function outcomeOf(raw: readonly string[], before: number, batchSize: number): PaperLogRun['outcome'] {
  const headers = raw.flatMap((line, i) => (line.length <= longestLine && perfHeader.test(line) ? [i] : []));
  const [header, second] = headers;
  if (header === undefined) {
    throw new UnreadableLog(
      `the run of line ${before} has no report of perf stat: the log is torn there, or perf was not permitted to count. Without the lines from ${before} on, what stands before can be imported`,
    );
  }
  if (second !== undefined)
    throw new UnreadableLog(
      `the run of line ${before} has two reports of perf stat, in lines ${before + header + 1} and ${before + second + 1}`,
    );
  const footer = raw.findIndex((line, i) => i > header && line.length <= longestLine && perfFooter.test(line));
  if (footer < 0)
    throw new UnreadableLog(
      `the report of perf stat in line ${before + header + 1} has no end ("seconds time elapsed"): the log is torn`,
    );
  const energy = energyOf(raw.slice(header, footer + 1), before + header + 1);
  const work = workOf(raw.slice(0, header), before, batchSize);
  if (typeof work === 'string') return { failure: work };
  return typeof energy === 'string' ? { failure: energy } : { energy, work };
}

/** A text where perf could count nothing. */
function energyOf(report: readonly string[], line: number): Energy | string {
  try {
    // A last line without an end counts as torn.
    const { domains, seconds, warnings } = perfReport(`${report.join('\n')}\n`);
    if (seconds === null) throw new UnreadableLog(`the report of perf stat in line ${line} says no time`);
    return { domains, seconds, warnings };
  } catch (error) {
    if (!(error instanceof UnreadablePerf)) throw error;
    const isUncounted = report.some((row) => /<not (?:counted|supported)>/.test(row));
    if (isUncounted && !report.some((row) => /\bJoules\b/.test(row)))
      return plainLine(`perf counted nothing: ${error.message}`);
    throw new UnreadableLog(`the report of perf stat in line ${line}, counted from there: ${error.message}`);
  }
}

/** What the test program said; a text where it did not come to its end. */
function workOf(raw: readonly string[], before: number, batchSize: number): PaperLogWork | string {
  // A bar of progress writes its line again and again; what is printed meanwhile stands behind it.
  const lines = raw
    .map((line) => line.slice(line.lastIndexOf('\r') + 1).trimEnd())
    .filter((line) => line.length <= longestLine);
  const one = (pattern: RegExp, what: string) => {
    const matches = lines.flatMap((line) => {
      const match = pattern.exec(line);
      return match ? [match] : [];
    });
    if (matches.length > 1) throw new UnreadableLog(`the run of line ${before} has ${what} twice`);
    return matches[0];
  };
  const speed = one(speedLine, 'its line "Speed:"');
  const all = one(allLine, 'the line of all classes');
  if (!speed || !all) return 'the test program did not come to its end: it printed no line "Speed:"';
  const [, inference, nms, width, height, batch] = speed;
  if (Number(batch) !== batchSize)
    throw new UnreadableLog(`the run of line ${before} is of batch ${batchSize}, and its line "Speed:" says ${batch}`);
  const [, images, labels, P, R, mAP50, mAP] = all;
  const statistics = lines.filter(isCocoLine);
  const coco = statistics.length === 0 ? null : readCocoLines(statistics);
  if (typeof coco === 'string') throw new UnreadableLog(`the run of line ${before} ${coco}`);
  if (Number(images) === 0) return 'the test program went over no image';
  return {
    images: Number(images),
    imageSize: { height: Number(height), width: Number(width) },
    ...{ inferenceMs: Number(inference), nmsMs: Number(nms) },
    yolov7: { P: Number(P), R: Number(R), mAP50: Number(mAP50), mAP: Number(mAP) },
    labels: Number(labels),
    coco,
    suppressionsGivenUp: raw.reduce((sum, line) => sum + (line.match(/WARNING: NMS time limit/g)?.length ?? 0), 0),
  };
}
