import { pacedTable, pacedTitle } from '../../core/report/pacedTable';
import type { RunReport } from '../../core/report/report';
import { tableText } from './analysisText';
import { oneLine } from './output';
import type { Style } from './style';

/** What replayed requests measured, below a run's result: as wide as the terminal. */
export function pacedBlock(report: RunReport, style: Style, width: number): string[] {
  return [
    style.bold(pacedTitle(report)),
    tableText(pacedTable(report), width),
    '',
    style.bold(oneLine(report.verdict.paced!.sentence)),
  ];
}
