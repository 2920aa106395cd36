import type { Current } from '../configuration/inUse';
import type { ServerPolicy } from './serverPolicy';

/** A file that Greenbatch knows by what it says, and changes of its text. Everything here is pure. */

export type ConfigKind =
  | 'yolov7-cfg'
  | 'experiment'
  | 'triton'
  | 'tensorflow-serving'
  | 'mlserver'
  | 'mlserver-settings'
  | 'torchserve'
  | 'torchserve-model';

/** Where a field stands in the text; offsets in UTF-16 units, line and column from 1. */
export type ConfigPlace = { field: string; offset: number; length: number; line: number; column: number };

export type ConfigFile = {
  kind: ConfigKind;
  text: string;
  /** Where lenses and hints stand, in the order of the text; never empty, the first is the main one. */
  places: ConfigPlace[];
  /** What runs today, as far as the file says it. */
  today: Partial<Current>;
  /** How the server that reads the file forms batches; left out where the file is of none, or does not tell. */
  policy?: ServerPolicy;
  /** Why figures of a CPU say nothing here, a sentence; absent: they do. */
  onGpu?: string;
};

/** Offsets in UTF-16 units of the text before all edits; edits of one list are in order and do not overlap. */
export type TextEdit = { offset: number; length: number; newText: string };

/** `edits` is empty where the file says so already. `refused` is a sentence that names what to do instead. */
export type Suggestion = { edits: TextEdit[]; note: string | null } | { refused: string };

/** Longer files are no model or serving configs (the largest official YOLOv7 cfg has 20 kB). */
export const longestConfig = 256 * 1024;

export function placeOf(text: string, field: string, offset: number, length: number): ConfigPlace {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { field, offset, length, line, column: offset - lineStart + 1 };
}

/** The text after the edits. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const { offset, length, newText } of edits) {
    result += text.slice(at, offset) + newText;
    at = offset + length;
  }
  return result + text.slice(at);
}

/** A whole number as it is usually written; null for anything else. */
export function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^(0|[1-9]\d{0,8})$/.test(text) ? Number(text) : null;
}

/**
 * Whether a program fills the text in before it is used: `${…}`, `{{…}}` outside of comments. Nothing can be read from it, and
 * nothing is wrong with it.
 */
export function isTemplate(text: string): boolean {
  return /\$\{[^{}\n]*\}|\{\{[^{}\n]*\}\}/.test(text.replace(/(^|\s)(#|\/\/).*$/gm, ''));
}

/** The line ends of a text. */
export const lineEndOf = (text: string) => (text.includes('\r\n') ? '\r\n' : '\n');

/** The text that differs, as the one stretch that changes. */
export function editBetween(before: string, after: string): TextEdit[] {
  if (after === before) return [];
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return [{ offset: start, length: before.length - end - start, newText: after.slice(start, after.length - end) }];
}

/** Why a file whose model runs on a GPU is given no figures. */
export const cpuAlone = 'Greenbatch measures the CPU: its batch size says nothing about a GPU.';

/** What a serving config cannot say of a configuration, as what to do by hand. */
export const byHand = {
  threads: ({ threads }: Current) =>
    threads === undefined
      ? []
      : [
          `No key here says how many threads each process has: set ${threads} where its session is made (intra_op_num_threads of ONNX Runtime, OMP_NUM_THREADS for PyTorch).`,
        ],
  spinning: ({ spinning }: Current) =>
    spinning === undefined
      ? []
      : [
          `No key here says whether threads spin: set session.intra_op.allow_spinning to "${spinning ? 1 : 0}" where the session is made.`,
        ],
};
