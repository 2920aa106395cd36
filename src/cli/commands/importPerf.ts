import { type PerfStat, readPerfStat } from '../../core/energy/perf/perfStat';
import { describeJoules, describeNumber } from '../../core/words/units';
import { readWhole } from '../../machine/regularFile';
import { errorCode } from '../../machine/smallFile';
import { ExpectedError } from '../../core/failure/expectedError';
import { defineCommand, jsonOption, WrongUsage } from '../options/defineCommand';
import { oneLine, print, printData } from '../text/output';

const help = `greenbatch import perf FILE [--json]

Reads one output of perf stat with energy events: text, CSV (-x) or JSON (-j), of any locale.

  FILE      what perf stat -o wrote, or its standard error
  --json    domains: [{ name, socket?, joules }], seconds (null: not said), warnings

Record with: perf stat -a --per-socket -j -e power/energy-pkg/,power/energy-ram/,duration_time -o FILE COMMAND
Exit codes: 0 read, 2 several reports, torn, or no output of perf stat; the message says why.
`;

/** A day of intervals of a second, with four lines of JSON each. */
const mostBytes = 64e6;

/** `greenbatch import perf`: 0 when it could be read. */
export const importCommand = defineCommand({
  help,
  options: jsonOption,
  positionals: true,
  run({ json }, [kind, file, ...others]) {
    if (kind !== 'perf') throw new WrongUsage('name what is imported: perf');
    if (file === undefined || others.length > 0) throw new WrongUsage('name one file');
    const found = readPerfStat(textOf(file), file);
    if (json) printData(`${JSON.stringify(found, null, 2)}\n`);
    else print(describe(found));
    return 0;
  },
});

/** UTF-8, or else Latin-1: the group signs of old locales are no UTF-8. */
function textOf(file: string): string {
  const bytes = readBytes(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

function readBytes(file: string): Buffer {
  try {
    return readWhole(file, mostBytes);
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw new ExpectedError('perf-output', `${file} cannot be read (${errorCode(error)})`);
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
