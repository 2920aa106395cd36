import type * as z from 'zod';
import type { JudgedRun } from '../analysis/verdict/judgeRun';
import type { reportSchema } from './reportSchema';

type RunReport = z.infer<typeof reportSchema>;

/** Version of the JSON that `greenbatch show --json` prints; described in docs/show-json.md and docs/show.schema.json. */
const reportVersion = 1;

/** The report of a run that was judged elsewhere: of what a panel was sent. */
export function judgedReport(
  { run, source }: Pick<RunReport, 'run' | 'source'>,
  { configurations, verdict, verdictByModel, paretoFront }: JudgedRun,
  accuracies: RunReport['accuracies'],
): RunReport {
  return { version: reportVersion, run, source, configurations, accuracies, paretoFront, verdict, verdictByModel };
}
