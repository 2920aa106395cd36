import { failureText } from '../../core/failure/failure';
import { reportJson } from '../../core/export/json';
import { failureOfRun } from '../../core/run/failureOfRun';
import type { FootprintTerms } from '../../core/footprint/footprintSchema';
import { withFootprint } from '../../core/footprint/footprint';
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

/**
 * Prints a run's table and verdict, or its report as JSON, to standard output.
 *
 * @param footprint what carbon and cost are to be told by; left out or null: they are not
 * @param nowHour of a grid by the hour: the one in which a run that starts now begins
 * @returns the report
 */
export function printResult(
  { folder, run, samples, status, host }: LoadedRun,
  {
    json,
    footprint = null,
    nowHour = null,
  }: { json: boolean; footprint?: FootprintTerms | null; nowHour?: number | null },
): RunReport {
  const report = withFootprint(reportOf(run, samples, { folder, status, host }), footprint, {
    arrivalRate: run.spec.sla?.arrivalRate ?? null,
    nowHour,
  });
  if (json) printData(reportJson(report));
  else print(resultText(report, styleFor(process.stdout), process.stdout.columns));
  return report;
}
