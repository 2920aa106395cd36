import type { RunReport } from '../report/report';

/** The text of `greenbatch show --json`, which all JSON exports are too (docs/show-json.md). */
export function reportJson(report: RunReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
