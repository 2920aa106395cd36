import { addedDomains, sourceLabel } from '../power/sourceLabel';
import { describeNumber } from '../units';
import type { RunReport } from './report';
import { shortScope } from './scopeText';
import type { ConfigurationResult, ConfigurationSummary, Interval } from './result';

/** A run for other programs and for documents. Numbers keep all their digits in CSV, and three in Markdown. */

type Column<T> = { head: string; value: (row: T) => string | number | null };

/**
 * One row for each configuration, in the order of the experiment: CSV after RFC 4180 (CRLF, quotes where needed), units
 * in the header. An empty cell is a value that is not known. Intervals are 95 % over trials.
 */
export function configurationsCsv(report: RunReport): string {
  return csv([...boundaryColumns(report), ...configurationColumns], report.configurations);
}

/** One row for each trial, in the order of configurations and blocks; each value stands for itself. */
export function trialsCsv(report: RunReport, results: readonly ConfigurationResult[]): string {
  const rows = results.flatMap((result) => result.trials.map((trial) => ({ ...result, trial })));
  return csv<(typeof rows)[number]>(
    [
      ...boundaryColumns(report),
      { head: 'model', value: (r) => r.model },
      { head: 'batch size (images)', value: (r) => r.batchSize },
      { head: 'threads', value: (r) => r.threads },
      { head: 'spinning', value: (r) => String(r.spinning) },
      { head: 'trial', value: (r) => r.trial.trial },
      { head: 'block', value: (r) => r.trial.block },
      { head: 'energy (J/image)', value: (r) => r.trial.joulesPerImage },
      { head: 'power (W)', value: (r) => r.trial.watts },
      { head: 'idle power (W)', value: (r) => r.trial.idleWatts },
      { head: 'CPU utilisation (0 to 1)', value: (r) => r.trial.utilisation },
      { head: 'throughput (images/s)', value: (r) => r.trial.imagesPerSecond },
      { head: 'CPU time (s/image)', value: (r) => r.trial.cpuSecondsPerImage },
      { head: 'windows', value: (r) => r.trial.windowJoulesPerImage.length },
      { head: 'batches', value: (r) => r.trial.batchMs.length },
      { head: 'batch latency mean (ms)', value: (r) => meanOf(r.trial.batchMs) },
      { head: 'batch latency max (ms)', value: (r) => r.trial.batchMs.reduce((a, b) => Math.max(a, b), 0) },
    ],
    rows,
  );
}

/** Table, verdict and boundary as GitHub's Markdown. */
export function markdown(report: RunReport): string {
  const { run, source, verdict, configurations } = report;
  const several = (of: (c: ConfigurationSummary) => unknown) => new Set(configurations.map(of)).size > 1;
  const withRequests = configurations.some((c) => c.requestLatencyMs !== null);
  const columns: Column<ConfigurationSummary>[] = [
    { head: '', value: (c) => markOf(report, c) },
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
  const line = (cells: (string | number | null)[]) =>
    `| ${cells.map((cell) => escaped(String(cell ?? ''))).join(' | ')} |`;
  const lines = [
    `# ${escaped(run.name)}`,
    '',
    `**${escaped(verdict.sentence)}**`,
    '',
    line(columns.map((c) => c.head)),
    `|${columns.map((c, i) => (i === 0 || c.head === 'model' ? ' --- |' : ' ---: |')).join('')}`,
    ...configurations.map((c) => line(columns.map((column) => column.value(c)))),
    '',
    ...verdict.qualification.map((q) => `- ${escaped(q)}`),
    ...Object.entries(report.verdictByModel).map(([model, v]) => `- ${escaped(model)}: ${escaped(v.sentence)}`),
    ...boundary(report).map((text) => `- ${escaped(text)}`),
    '',
  ];
  return lines.join('\n');
}

/** What the numbers cover: without it none is worth anything. */
function boundary({ run, source, configurations, verdict }: RunReport): string[] {
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

function boundaryColumns({ run, source }: RunReport): Column<unknown>[] {
  const added = source ? addedDomains(source) : [];
  return [
    { head: 'run', value: () => run.id },
    { head: 'energy source', value: () => source && (source.measured ? `measured ${source.kind}` : 'estimated') },
    { head: 'domains', value: () => added.join(' + ') },
    { head: 'image width (pixels)', value: () => run.imageSize?.width ?? null },
    { head: 'image height (pixels)', value: () => run.imageSize?.height ?? null },
  ];
}

const withInterval = (
  name: string,
  unit: string,
  of: (c: ConfigurationSummary) => Interval | null | undefined,
): Column<ConfigurationSummary>[] => [
  { head: `${name} (${unit})`, value: (c) => of(c)?.mean ?? null },
  { head: `${name} low (${unit})`, value: (c) => of(c)?.low ?? null },
  { head: `${name} high (${unit})`, value: (c) => of(c)?.high ?? null },
];

const configurationColumns: Column<ConfigurationSummary>[] = [
  { head: 'model', value: (c) => c.model },
  { head: 'batch size (images)', value: (c) => c.batchSize },
  { head: 'threads', value: (c) => c.threads },
  { head: 'spinning', value: (c) => String(c.spinning) },
  { head: 'n (trials)', value: (c) => c.n },
  ...withInterval('energy', 'J/image', (c) => c.joulesPerImage),
  ...withInterval('net energy', 'J/image', (c) => c.netJoulesPerImage),
  ...withInterval('energy per request', 'J/request', (c) => c.joulesPerRequest),
  ...withInterval('energy delay product', 'J·s/image', (c) => c.energyDelayProduct),
  ...withInterval('power', 'W', (c) => c.intervals?.averageWatts),
  ...withInterval('CPU utilisation', '0 to 1', (c) => c.intervals?.utilisation),
  ...withInterval('throughput', 'images/s', (c) => c.intervals?.imagesPerSecond),
  ...withInterval('CPU time', 's/image', (c) => c.intervals?.cpuSecondsPerImage),
  { head: 'batch latency p50 (ms)', value: (c) => c.batchLatencyMs?.p50 ?? null },
  { head: 'batch latency p95 (ms)', value: (c) => c.batchLatencyMs?.p95 ?? null },
  { head: 'batch latency p99 (ms)', value: (c) => c.batchLatencyMs?.p99 ?? null },
  { head: 'batch latency max (ms)', value: (c) => c.batchLatencyMs?.max ?? null },
  { head: 'request latency p95 (ms)', value: (c) => c.requestLatencyMs?.p95 ?? null },
  { head: 'accuracy (mAP@.5:.95)', value: (c) => c.accuracy },
  { head: 'not run because', value: (c) => c.skipped?.message ?? null },
];

function csv<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const cell = (value: string | number | null) => {
    const text = value === null ? '' : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns.map((c) => cell(c.head)), ...rows.map((row) => columns.map((c) => cell(c.value(row))))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function markOf({ verdict }: RunReport, c: ConfigurationSummary): string {
  if (verdict.winner === c.id) return '**greenest**';
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

/** Text that means itself in Markdown, on one line. `**` of our own marks stays. */
function escaped(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[|<>`\\]/g, (sign) => (sign === '<' ? '&lt;' : sign === '>' ? '&gt;' : `\\${sign}`));
}

const meanOf = (values: readonly number[]) =>
  values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
