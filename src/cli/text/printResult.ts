import { failureText } from '../../core/failure/failure';
import { reportJson } from '../../core/export/json';
import { failureOfRun } from '../../core/run/failureOfRun';
import type { FootprintTerms } from '../../core/footprint/footprintSchema';
import { withFootprint } from '../../core/footprint/footprint';
import { findingsOf } from '../../core/analysis/findings';
import { policyAnalysis, withPolicy } from '../../core/analysis/policy/policyAnalysis';
import { goesOn } from '../../core/panel/protocol/judgedResults';
import { analysedRun, reportOf, type RunReport } from '../../core/report/report';
import type { LoadedRun } from '../../runs/store/runFolder';
import { findingsText } from './analysisText';
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
  const place = { folder, status, host };
  const analysed = analysedRun(run, samples, place);
  // While a run measures, the machine is left in peace.
  const policy = goesOn(analysed.report) ? null : policyAnalysis.run([analysed]);
  const report = withFootprint(withPolicy(reportOf(run, samples, place), policy), footprint, {
    arrivalRate: run.spec.sla?.arrivalRate ?? null,
    nowHour,
  });
  if (json) printData(reportJson(report));
  else {
    const [style, width] = [styleFor(process.stdout), process.stdout.columns];
    print(resultText(report, style, width));
    if (policy) {
      const found = findingsOf(policyAnalysis, [analysed], policy);
      print(`${style.dim(found.title)}\n${findingsText(found, style, width)}`);
    }
  }
  return report;
}
