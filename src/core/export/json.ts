import type { ConfigurationSummary } from '../metrics/summarySchema';
import type { RunReport } from '../report/report';
import type { Verdict } from '../analysis/verdict/verdictSchema';
import { keyInUnits } from '../words/unitOfWork';

/**
 * The text of `greenbatch show --json`, which all JSON exports are too (docs/show-json.md). Where the work is images, the
 * keys that this JSON had while it knew nothing else stand beside the general ones, and what names one of them names the old
 * one: within a version nothing is taken away (`reportJsonSchema.ts`).
 */
export function reportJson(report: RunReport): string {
  return `${JSON.stringify(inImages(report), null, 2)}\n`;
}

function inImages(report: RunReport): object {
  const { unit } = report.run.workload;
  if (unit !== 'image') return report;
  const named = (key: string) => keyInUnits(key, unit);
  const verdict = ({ metric, energy, saving, againstInUse, ...rest }: Verdict) => ({
    ...rest,
    metric: named(metric),
    energy: named(energy),
    saving: saving && { ...saving, energy: named(saving.energy) },
    againstInUse: againstInUse && { ...againstInUse, energy: named(againstInUse.energy) },
  });
  const both = <T extends object>(fields: T) => ({
    ...fields,
    ...Object.fromEntries(
      Object.entries(fields).flatMap(([key, value]) => (named(key) === key ? [] : [[named(key), value]])),
    ),
  });
  const configuration = (c: ConfigurationSummary) => ({
    ...both(c),
    intervals: c.intervals && both(c.intervals),
    ...(c.phases && { phases: c.phases.map(both) }),
  });
  return {
    ...report,
    configurations: report.configurations.map(configuration),
    verdict: verdict(report.verdict),
    verdictByModel: Object.fromEntries(Object.entries(report.verdictByModel).map(([model, v]) => [model, verdict(v)])),
  };
}
