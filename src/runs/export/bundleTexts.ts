import { markdown } from '../../core/export/markdown';
import { configurationsCsv, trialsCsv } from '../../core/export/runCsv';
import type { RunReport } from '../../core/report/report';
import { configurationResults } from '../../core/values/trialValue';
import type { LoadedRun } from '../store/runFolder';
import type { ArchiveFile } from './zipArchive';

/** What a bundle says of a run besides its JSON: the same program makes the same of the same log, by which an audit holds it. */
export function bundleTexts({ run, samples }: LoadedRun, report: RunReport): ArchiveFile[] {
  const machine = run.sessions.map(({ session, start, source }) => ({
    session,
    startedAt: new Date(start.at).toISOString(),
    environment: start.environment,
    source,
  }));
  return Object.entries({
    'result.md': markdown(report),
    'configurations.csv': configurationsCsv(report),
    'trials.csv': trialsCsv(report, configurationResults(run, samples)),
    'machine.json': `${JSON.stringify({ sessions: machine }, null, 2)}\n`,
  }).map(([path, content]) => ({ path, bytes: Buffer.from(content, 'utf8') }));
}
