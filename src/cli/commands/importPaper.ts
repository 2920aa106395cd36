import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ExpectedError } from '../../core/failure/expectedError';
import { importedName, importedRun } from '../../core/paper/log/importedRun';
import { readPaperLog } from '../../core/paper/log/paperLog';
import type { NewEvent } from '../../core/run/events';
import { counted } from '../../core/statistics/wording';
import { newRunId, workspaceOf } from '../../runs/store/folders';
import { importRun } from '../../runs/store/importRun';
import { ownRunsFolder } from '../../runs/store/runFolder';
import { print, printData, printError } from '../text/output';
import { version } from './version';

/** `greenbatch import paper`: makes a run folder of each sweep in a log, and prints where they are. */
export function importPaper(
  file: string,
  bytes: Buffer,
  text: string,
  { output, json }: { output: string | undefined; json: boolean },
): number {
  const sweeps = readPaperLog(text, file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const program = `greenbatch ${version}`;
  // It names who made the run; nobody is to signal it, so it has no start time.
  const importer = { pid: process.pid, startTicks: null, bootId: null };
  const runs = sweeps.map((sweep) => {
    const runId = newRunId(importedName(sweep), new Date(), Math.floor(Math.random() * 0x10000));
    const events = importedRun(sweep, { file: basename(file), sha256, runId, program, importer });
    if (events === null)
      throw new ExpectedError(
        'paper-log',
        `no run of what begins in line ${sweep.line} of ${file} came to its end: ${failureIn(sweep.runs)}`,
      );
    return { runId, events };
  });
  const made: object[] = [];
  const folders = runs.map(({ runId }, i) => folderOf(runId, output, runs.length > 1 ? i + 1 : null));
  // All or nothing: the next try must not find the first of them made.
  for (const folder of folders)
    if (existsSync(folder) && readdirSync(folder).length > 0)
      throw new ExpectedError('run-exists', `${folder} is not empty: name another folder with -o, or remove it`);
  for (const [i, { runId, events }] of runs.entries()) {
    const folder = folders[i]!;
    importRun(folder, events);
    if (json) made.push({ folder, id: runId, ...countsOf(events) });
    else {
      const { trials, failed } = countsOf(events);
      printError(`${counted(trials, 'run')} of the log imported${failed > 0 ? `, ${failed} of them failed` : ''}\n`);
      print(`${folder}\n`);
    }
  }
  if (json) printData(`${JSON.stringify(made, null, 2)}\n`);
  return 0;
}

const failureIn = (runs: readonly { line: number; outcome: object }[]): string =>
  runs.map(({ line, outcome }) => ('failure' in outcome ? `line ${line}: ${String(outcome.failure)}` : '')).join('; ');

function countsOf(events: readonly NewEvent[]) {
  const count = (type: NewEvent['type']) => events.filter((event) => event.type === type).length;
  return { trials: count('trial.started'), failed: count('trial.failed') };
}

function folderOf(runId: string, output: string | undefined, number: number | null): string {
  if (output === undefined) return join(ownRunsFolder(workspaceOf(process.cwd())), runId);
  return number === null ? resolve(output) : join(resolve(output), String(number));
}
