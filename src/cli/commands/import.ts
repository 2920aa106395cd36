import { type PerfStat, readPerfStat } from '../../core/energy/perf/perfStat';
import { describeJoules, describeNumber } from '../../core/words/units';
import { readWhole } from '../../machine/regularFile';
import { errorCode } from '../../machine/smallFile';
import { ExpectedError } from '../../core/failure/expectedError';
import { defineCommand, jsonOption, WrongUsage } from '../options/defineCommand';
import { oneLine, print, printData } from '../text/output';
import { importPaper } from './importPaper';

const help = `usage: greenbatch import perf FILE [--json]
       greenbatch import paper FILE [-o DIR] [--json]

perf: reads one output of perf stat with energy events: text, CSV (-x) or JSON (-j), of any locale.

  FILE      what perf stat -o wrote, or its standard error
  --json    domains: [{ name, socket?, joules }], seconds (null: not said), warnings

Record with: perf stat -a --per-socket -j -e power/energy-pkg/,power/energy-ram/,duration_time -o FILE COMMAND

paper: makes runs of a log of the paper's scripts (weights:, batches:, EXP …, what YOLOv7's test program printed, perf's
report), which show, compare, export and the panel read as any other.

  FILE      out/run-….out; several logs in one file become a run each
  -o DIR    the run's folder (default: .greenbatch/runs/<id> of the workspace); of several DIR/1, DIR/2, …
  --json    [{ folder, id, trials, failed }]

Exit codes: 0 read, 2 torn, contradicting itself, or no such output; the message says why, and nothing is written.
`;

/** A day of intervals of a second, with four lines of JSON each. */
const mostBytes = 64e6;

/** `greenbatch import`: 0 when it could be read. */
export const importCommand = defineCommand({
  help,
  options: { output: { type: 'string', short: 'o' }, ...jsonOption },
  positionals: true,
  run({ json, output }, [kind, file, ...others]) {
    if (kind !== 'perf' && kind !== 'paper') throw new WrongUsage('name what is imported: perf or paper');
    if (file === undefined || others.length > 0) throw new WrongUsage('name one file');
    if (kind === 'paper') {
      const bytes = readBytes(file, 'paper-log');
      return importPaper(file, bytes, textOf(bytes), { output, json });
    }
    if (output !== undefined) throw new WrongUsage('-o goes with import paper alone');
    const found = readPerfStat(textOf(readBytes(file, 'perf-output')), file);
    if (json) printData(`${JSON.stringify(found, null, 2)}\n`);
    else print(describe(found));
    return 0;
  },
});

/** UTF-8, or else Latin-1: the group signs of old locales are no UTF-8. */
function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

function readBytes(file: string, code: 'perf-output' | 'paper-log'): Buffer {
  try {
    return readWhole(file, mostBytes);
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw new ExpectedError(code, `${file} cannot be read (${errorCode(error)})`);
  }
}

function describe({ domains, seconds, warnings }: PerfStat): string {
  const lines = domains.map(({ name, socket, joules }) => {
    const watts = seconds === null ? '' : `, ${describeNumber(joules / seconds)} W`;
    return `${socket === undefined ? name : `${name} of socket ${socket}`}: ${describeJoules(joules)}${watts}`;
  });
  const time = seconds === null ? [] : [`in ${describeNumber(seconds, 6)} s`];
  return [...lines, ...time, ...warnings.map((warning) => `warning: ${warning}`)]
    .map((line) => `${oneLine(line)}\n`)
    .join('');
}
