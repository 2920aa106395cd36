import { type ExitCode, exitCodes } from './exitCodes';

/** A failure as data, as logs, JSON and messages carry it: nobody needs to read the text to know what happened. */
export type Failure = {
  /** A key of `failureCodes`, or one that a newer program has added. */
  code: string;
  /** For people: what happened, and what to do about it where that is no command. */
  message: string;
  /** Commands for a terminal of the machine that measures; null where none helps. */
  fix: string | null;
};

type Meaning = {
  exitCode: ExitCode;
  /** Whether a run that ended so may get further when it is resumed as it is. */
  canResume: boolean;
};

const meaning = (exitCode: ExitCode, canResume = false): Meaning => ({ exitCode, canResume });

/** Every failure that has a name. docs/cli.md explains each, and a test compares them. */
export const failureCodes = {
  unexpected: meaning(exitCodes.unexpected, true),
  'disk-full': meaning(exitCodes.unexpected, true),
  'not-writable': meaning(exitCodes.unexpected, true),
  'engine-hangs': meaning(exitCodes.unexpected, true),
  'not-started': meaning(exitCodes.unexpected, true),
  usage: meaning(exitCodes.usage),
  experiment: meaning(exitCodes.usage),
  pipeline: meaning(exitCodes.usage),
  budget: meaning(exitCodes.usage),
  'run-not-found': meaning(exitCodes.usage),
  'run-exists': meaning(exitCodes.usage),
  'run-folder': meaning(exitCodes.usage),
  'run-log': meaning(exitCodes.usage),
  'run-newer': meaning(exitCodes.usage),
  bundle: meaning(exitCodes.usage),
  'run-state': meaning(exitCodes.usage),
  'run-elsewhere': meaning(exitCodes.usage, true),
  'machine-changed': meaning(exitCodes.usage),
  'file-not-regular': meaning(exitCodes.usage),
  'file-link': meaning(exitCodes.usage),
  'file-too-large': meaning(exitCodes.usage),
  'perf-output': meaning(exitCodes.usage),
  'paper-log': meaning(exitCodes.usage),
  'not-trusted': meaning(exitCodes.usage),
  model: meaning(exitCodes.usage),
  'model-unsafe': meaning(exitCodes.usage),
  'model-changed': meaning(exitCodes.usage),
  dataset: meaning(exitCodes.usage),
  'image-cache': meaning(exitCodes.usage, true),
  'cache-not-private': meaning(exitCodes.usage, true),
  'source-permission': meaning(exitCodes.source),
  'source-absent': meaning(exitCodes.source),
  'source-dead': meaning(exitCodes.source),
  'source-partial': meaning(exitCodes.source),
  'source-changed': meaning(exitCodes.source),
  'source-lost': meaning(exitCodes.source, true),
  affinity: meaning(exitCodes.usage, true),
  'nothing-measured': meaning(exitCodes.nothingMeasured),
  busy: meaning(exitCodes.busy, true),
  conditions: meaning(exitCodes.conditions, true),
  interrupted: meaning(exitCodes.interrupted, true),
  // Of trials and other children: they end no run by themselves.
  signal: meaning(exitCodes.unexpected),
  exit: meaning(exitCodes.unexpected),
  timeout: meaning(exitCodes.unexpected),
  invalid: meaning(exitCodes.unexpected),
  outrun: meaning(exitCodes.unexpected),
  'out-of-memory': meaning(exitCodes.unexpected),
  // Of configurations that are left out.
  memory: meaning(exitCodes.unexpected),
  'tensor-size': meaning(exitCodes.unexpected),
  cores: meaning(exitCodes.unexpected),
} as const satisfies Record<string, Meaning>;

export type FailureCode = keyof typeof failureCodes;

/** null for a code that only a newer program knows. */
export function exitCodeOf(code: string): ExitCode | null {
  return Object.hasOwn(failureCodes, code) ? failureCodes[code as FailureCode].exitCode : null;
}

/** Whether to offer *Resume* for a run that failed so; nothing is known against a code that only a newer program knows. */
export function canResume(code: string): boolean {
  if (!Object.hasOwn(failureCodes, code)) return true;
  return failureCodes[code as FailureCode].canResume;
}

/** A failure for a terminal: the fix below the message. */
export function failureText({ message, fix }: Pick<Failure, 'message' | 'fix'>): string {
  return fix === null ? message : `${message}\nFix:\n${fix}`;
}
