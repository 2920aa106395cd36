import { verdictJson, verdictsJson } from '../analysis/verdict/verdictJson';
import type { ConfigurationSummary } from '../metrics/summarySchema';
import type { RunReport } from '../report/report';
import { inImages } from '../words/unitOfWork';

/**
 * The text of `greenbatch show --json`, which all JSON exports are too (docs/show-json.md). Where the work is images, the
 * keys that this JSON had while it knew nothing else stand beside the general ones, and what names one of them names the old
 * one: within a version nothing is taken away (`reportJsonSchema.ts`).
 */
export function reportJson(report: RunReport): string {
  const { unit } = report.run.workload;
  const configuration = (c: ConfigurationSummary) => ({
    ...inImages(c, unit),
    intervals: c.intervals && inImages(c.intervals, unit),
    ...(c.phases && { phases: c.phases.map((phase) => inImages(phase, unit)) }),
  });
  const json = {
    ...report,
    configurations: report.configurations.map(configuration),
    verdict: verdictJson(report.verdict, unit),
    verdictByModel: verdictsJson(report.verdictByModel, unit),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
