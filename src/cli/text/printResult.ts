import { failureText } from '../../core/failure/failure';
import { reportJson } from '../../core/export/json';
import { failureOfRun } from '../../core/run/failureOfRun';
import { reportOf, type RunReport } from '../../core/report/report';
import type { LoadedRun } from '../../runs/store/runFolder';
import { resultText } from './resultText';
import { type Style, styleFor } from './style';
import { print, printData } from './output';

/** Why a run failed, and the commands that mend it: told before anything else. Empty where it has not failed. */
export function runFailureText({ run }: Pick<LoadedRun, 'run'>, style: Style): string {
  const failure = failureOfRun(run);
  return failure === null ? '' : `${style.red('failed')}: ${failureText(failure)}\n`;
}

/** Prints a run's table and verdict, or its report as JSON, to standard output. @returns the report */
export function printResult({ folder, run, samples, status, host }: LoadedRun, { json }: { json: boolean }): RunReport {
  const report = reportOf(run, samples, { folder, status, host });
  if (json) printData(reportJson(report));
  else print(resultText(report, styleFor(process.stdout), process.stdout.columns));
  return report;
}
