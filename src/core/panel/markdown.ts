import { sourceLabel } from '../power/sourceLabel';
import type { RunReport } from '../run/report';
import { shortScope } from '../run/scopeText';
import type { ConfigurationSummary } from '../run/result';
import { describeNumber } from '../units';
import type { Analysis } from '../verdict/advice';
import { configurationLabels } from '../configuration/label';
import { describeInterval } from '../verdict/wording';

/**
 * The verdict as Markdown to paste elsewhere: never without source, boundary and n.
 *
 * @param differing what of the terms was changed from the experiment file, in words; empty when nothing was
 */
export function verdictMarkdown(
  report: Pick<RunReport, 'run' | 'source'>,
  analysis: Analysis,
  differing: readonly string[],
): string {
  const { run, source } = report;
  const { verdict, configurations } = analysis;
  const labels = configurationLabels(configurations);
  const cells = configurations.map((c) => [
    `${labels.get(c.id) ?? c.id}${mark(c, analysis)}`,
    c.joulesPerImage ? describeInterval(c.joulesPerImage, '').replace(/ +/g, ' ').trim() : (c.skipped?.message ?? '–'),
    number(c.averageWatts),
    number(c.imagesPerSecond),
    number(c.batchLatencyMs?.p95),
    number(c.requestLatencyMs?.p95),
    String(c.n),
  ]);
  const heads = ['', 'J/image (95 %)', 'W', 'images/s', 'batch p95 ms', 'request p95 ms', 'n'];
  const boundary = [
    source ? sourceLabel(source) : 'no energy source yet',
    ...(run.images && run.imageSize
      ? [`${run.images.description}, ${run.imageSize.width}×${run.imageSize.height} pixels`]
      : []),
    `gross, ${shortScope(run.scope)}`,
    `run ${run.id}`,
  ];
  return [
    `**${escape(verdict.sentence)}**`,
    '',
    ...verdict.qualification.map((q) => `- ${escape(q)}`),
    ...differing.map((d) => `- ${escape(d)}`),
    ...(verdict.qualification.length + differing.length > 0 ? [''] : []),
    row(heads),
    row(heads.map((_, i) => (i === 0 ? '---' : '---:'))),
    ...cells.map(row),
    '',
    `${boundary.map(escape).join(' · ')}`,
    '',
  ].join('\n');
}

function mark(c: ConfigurationSummary, { verdict }: Analysis): string {
  if (c.id === verdict.winner) return verdict.kind === 'tied' ? ' (chosen of tied)' : ' (greenest)';
  if (verdict.tied.includes(c.id)) return ' (tied)';
  return verdict.feasibility.some((f) => f.id === c.id && f.feasible === 'no') ? ' (outside the limit)' : '';
}

const number = (value: number | null | undefined) => (value == null ? '–' : describeNumber(value));
const row = (cells: readonly string[]) => `| ${cells.map((c) => escape(c).replaceAll('|', '\\|')).join(' | ')} |`;

/** Names come from files: none may become markup. */
function escape(text: string): string {
  return text.replace(/[\\`*_<>[\]]/g, '\\$&').replace(/\s+/g, ' ');
}
