/** One line of `perf stat` about one event, whatever format it stood in. */
export type PerfRow = {
  /** From 1. */
  line: number;
  /** End of the interval in seconds since the start (`-I`); null outside intervals. */
  intervalSeconds: number | null;
  /** Which counters are summed in the line, as perf names them: `S1`, `S0-D1`, `CPU3`, `N0`; empty: all. */
  place: string;
  /** How many counters are summed in the line; null where it is not said. */
  counters: number | null;
  /** The number as it stands there, or `<not counted>`, `<not supported>`. */
  value: string;
  /** Empty where perf has none. */
  unit: string;
  event: string;
  /** Nanoseconds that the counters ran, all of them together; null in texts for people. */
  runtimeNs: number | null;
  /** How much of the time they ran; below 100 perf has extrapolated. */
  runningPercent: number;
  /** With `-r`: standard error of the mean; null where it is not said. */
  spreadPercent: number | null;
};

/** Rows of a file, and what else its format says of the whole. */
export type PerfRows = {
  rows: PerfRow[];
  /** Wall time of the whole; null where the format has none. */
  elapsedSeconds: number | null;
  /** What was counted, in perf's words: `system wide`; null where it is not said. */
  target: string | null;
  /** Runs whose mean this is (`-r`); null where it is not said. */
  runs: number | null;
};

/** A line of our interest that is not whole, or of no format that we know. `reason` is the end of a sentence about the file. */
export class UnreadablePerf extends Error {}

/** Lines of perf are far shorter; what is longer is not looked at, so that no pattern takes long. */
export const longestPerfLine = 4096;

/** Whether a line speaks of energy: such a line is read, or the file is refused. */
export const speaksOfEnergy = (line: string): boolean => /\bJoules\b|\benergy-[a-z]/.test(line);

/** Comments (`-o` writes when it began) and command lines above a report that somebody copied. */
export const isRemark = (line: string): boolean => /^\s*#|\bperf\s+stat\b/.test(line);

/** A place of `--per-socket`, `--per-die`, `--per-core`, … and of `-A`; as a part of a pattern, without groups. */
export const countedPlace = String.raw`S\d{1,5}(?:-[A-Z]{1,4}\d{1,5}(?:-ID\d{1,5})?)*|N\d{1,5}`;
export const cpuPlace = String.raw`CPU\d{1,5}`;

export const notCounted = String.raw`<not (?:counted|supported)>`;

export const isNumber = (value: string): boolean => !value.startsWith('<');
