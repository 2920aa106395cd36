import { reportJson } from '../core/export/json';
import { reportOf } from '../core/run/report';
import type { LoadedRun } from '../runs/runFolder';
import { resultText } from './resultText';
import { styleFor } from './style';

/** Prints a run's table and verdict, or its report as JSON, to standard output. */
export function printResult({ folder, run, samples, status }: LoadedRun, { json }: { json: boolean }): void {
  const report = reportOf(run, samples, { folder, status });
  process.stdout.write(
    json ? reportJson(report) : resultText(report, styleFor(process.stdout), process.stdout.columns),
  );
}
