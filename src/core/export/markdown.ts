import { addedDomains, sourceLabel } from '../power/sourceLabel';
import type { RunReport } from '../run/report';
import { shortScope } from '../run/scopeText';
import type { ConfigurationSummary, Interval } from '../run/result';
import { describeNumber } from '../units';

type Column = { head: string; value: (c: ConfigurationSummary) => string | number | null };

/**
 * Table, verdict and boundary as GitHub's Markdown: what `greenbatch export` writes and the panel copies. Numbers have
 * three digits.
 *
 * @param changed what of the terms is another than in the experiment file, in words; empty when nothing is
 */
export function markdown(report: Omit<RunReport, 'accuracies'>, changed: readonly string[] = []): string {
  const { run, source, verdict, configurations } = report;
  const several = (of: (c: ConfigurationSummary) => unknown) => new Set(configurations.map(of)).size > 1;
  const withRequests = configurations.some((c) => c.requestLatencyMs !== null);
  const columns: Column[] = [
    ...(several((c) => c.model) ? [{ head: 'model', value: (c: ConfigurationSummary) => c.model }] : []),
    { head: 'batch', value: (c) => c.batchSize },
    ...(several((c) => c.threads) ? [{ head: 'threads', value: (c: ConfigurationSummary) => c.threads }] : []),
    ...(several((c) => c.spinning)
      ? [{ head: 'spinning', value: (c: ConfigurationSummary) => (c.spinning ? 'yes' : 'no') }]
      : []),
    { head: `J/image${source?.measured === false ? ' (estimated)' : ''}`, value: (c) => shown(c.joulesPerImage) },
    { head: 'net J/image', value: (c) => rounded(c.netJoulesPerImage?.mean) },
    { head: 'W', value: (c) => rounded(c.averageWatts) },
    { head: 'images/s', value: (c) => rounded(c.imagesPerSecond) },
    { head: 'batch p50 ms', value: (c) => rounded(c.batchLatencyMs?.p50) },
    { head: 'batch p95 ms', value: (c) => rounded(c.batchLatencyMs?.p95) },
    ...(withRequests
      ? [
          { head: 'request p95 ms', value: (c: ConfigurationSummary) => rounded(c.requestLatencyMs?.p95) },
          { head: 'J/request', value: (c: ConfigurationSummary) => rounded(c.joulesPerRequest?.mean) },
        ]
      : []),
    ...(configurations.some((c) => c.accuracy !== null)
      ? [{ head: 'COCO AP', value: (c: ConfigurationSummary) => rounded(c.accuracy) }]
      : []),
    { head: 'n', value: (c) => c.n },
  ];
  const line = (mark: string, cells: (string | number | null)[]) =>
    `| ${[mark, ...cells.map((cell) => escaped(String(cell ?? '')))].join(' | ')} |`;
  const lines = [
    `# ${escaped(run.name)}`,
    '',
    `**${escaped(verdict.sentence)}**`,
    '',
    line(
      '',
      columns.map((c) => c.head),
    ),
    `| --- |${columns.map((c) => (c.head === 'model' ? ' --- |' : ' ---: |')).join('')}`,
    ...configurations.map((c) =>
      line(
        markOf(report, c),
        columns.map((column) => column.value(c)),
      ),
    ),
    '',
    ...verdict.qualification.map((q) => `- ${escaped(q)}`),
    ...(changed.length > 0 ? [`- By other terms than the experiment file: ${escaped(changed.join(', '))}.`] : []),
    ...Object.entries(report.verdictByModel).map(([model, v]) => `- ${escaped(model)}: ${escaped(v.sentence)}`),
    ...boundary(report).map((text) => `- ${escaped(text)}`),
    '',
  ];
  return lines.join('\n');
}

/** What the numbers cover: without it none is worth anything. */
function boundary({ run, source, configurations, verdict }: Parameters<typeof markdown>[0]): string[] {
  const added = source ? addedDomains(source) : [];
  const trials = configurations.map((c) => c.n);
  const [least, most] = [Math.min(...trials), Math.max(...trials)];
  return [
    source
      ? `Energy: ${sourceLabel(source)}${source.measured ? ` (${added.join(', ')})` : ''}; gross, ${shortScope(run.scope)}.`
      : 'No energy source.',
    ...(source?.reason ? [source.reason] : []),
    ...(run.images && run.imageSize
      ? [`Images: ${run.images.description}, ${run.imageSize.width}×${run.imageSize.height} pixels each.`]
      : []),
    `n: ${least === most ? least : `${least} to ${most}`} trials each; ± is the ${verdict.confidencePercent} % interval over trials${source?.measured === false ? ' (repeatability, not accuracy)' : ''}.`,
    ...(run.idleWatts === null ? [] : [`At rest: ${describeNumber(run.idleWatts)} W.`]),
    `Run ${run.id} (${run.status}), ${run.createdAt}, ${run.program}.`,
  ];
}

function markOf({ verdict }: Pick<RunReport, 'verdict'>, c: ConfigurationSummary): string {
  if (verdict.winner === c.id) return verdict.kind === 'tied' ? '**chosen** of tied' : '**greenest**';
  if (verdict.tied.includes(c.id)) return 'tied';
  return verdict.feasibility.some((f) => f.id === c.id && f.feasible === 'no') ? 'outside the limit' : '';
}

const rounded = (value: number | null | undefined) => (value == null ? '–' : describeNumber(value));

function shown(interval: Interval | null): string {
  if (interval === null) return '–';
  const { mean, low, high } = interval;
  if (low === null || high === null || mean === 0) return describeNumber(mean);
  return `${describeNumber(mean)} ± ${describeNumber(((high - low) / 2 / Math.abs(mean)) * 100, 2)} %`;
}

/** Text that means itself in Markdown, on one line: names come from files, and none may become markup. */
function escaped(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]|]/g, '\\$&')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
