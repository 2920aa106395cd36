import { variedFactors } from '../configuration/factors';
import { splitCell, variesSplit } from '../configuration/split';
import { sourceLabel } from '../energy/sourceLabel';
import type { Metric } from '../metrics/metric';
import { meanOf, unitOf, valueOf } from '../metrics/metricValue';
import { metrics } from '../metrics/registry';
import type { ConfigurationSummary } from '../metrics/summarySchema';
import { scopeText } from '../report/scopeText';
import type { RunReport } from '../report/report';
import { fewestBlocks } from '../statistics/sequential';
import { counted, shownEnds } from '../statistics/wording';
import { plainLine } from '../words/plain';
import { inUnits } from '../words/unitOfWork';
import { describeNumber } from '../words/units';

type Column = { head: string; isText?: true; cell: (c: ConfigurationSummary) => string };

/**
 * The configurations of a run as a table for a paper, with the rules of the package booktabs: means with the ends of their
 * intervals in brackets; units in the heads; source, n and what the energy covers in the caption.
 */
export function latex(report: RunReport): string {
  const { run, configurations } = report;
  const columns = [...factorColumns(configurations), ...metricColumns(report)];
  const row = (cells: readonly string[]) => `    ${cells.join(' & ')} \\\\`;
  return [
    `% Run ${inComment(run.id)} of ${inComment(run.program)}. The document needs \\usepackage{booktabs}; the text is UTF-8.`,
    '\\begin{table}',
    '  \\centering',
    '  \\small',
    `  \\caption{${caption(report)}}`,
    `  \\label{tab:${run.id.replace(/[^A-Za-z0-9-]/g, '-')}}`,
    `  \\begin{tabular}{${columns.map(({ isText }) => (isText ? 'l' : 'r')).join('')}}`,
    '    \\toprule',
    row(columns.map(({ head }) => escaped(head))),
    '    \\midrule',
    ...configurations.map((c) => row(columns.map(({ cell }) => cell(c)))),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

/** What the configurations differ in; the batch size in any case. */
function factorColumns(configurations: readonly ConfigurationSummary[]): Column[] {
  const varied = new Set(variedFactors(configurations).map(({ key }) => key));
  return [
    ...(varied.has('model')
      ? [{ head: 'model', isText: true as const, cell: (c: ConfigurationSummary) => escaped(c.model) }]
      : []),
    { head: 'batch', cell: (c) => String(c.batchSize) },
    ...(variesSplit(configurations)
      ? [{ head: 'processes × threads', cell: (c: ConfigurationSummary) => escaped(String(splitCell(c))) }]
      : (['instances', 'threads'] as const)
          .filter((key) => varied.has(key))
          .map((key) => ({
            head: key === 'instances' ? 'processes' : key,
            cell: (c: ConfigurationSummary) => String(c[key]),
          }))),
    ...(varied.has('spinning')
      ? [{ head: 'spinning', isText: true as const, cell: (c: ConfigurationSummary) => (c.spinning ? 'yes' : 'no') }]
      : []),
  ];
}

/** The metrics that Markdown has as well, as far as they are known. */
function metricColumns({ configurations, source }: RunReport): Column[] {
  const unit = unitOf(configurations);
  const known = metrics.filter(
    (metric: Metric) => metric.where.markdown && configurations.some((c) => meanOf(metric, c) !== null),
  );
  return [
    ...known.map((metric: Metric): Column => {
      const estimated = metric.joules && source?.measured === false ? ' (estimated)' : '';
      return { head: `${inUnits(metric.head, unit)}${estimated}`, cell: (c) => cellOf(metric, c) };
    }),
    { head: 'n', cell: (c) => String(c.n) },
  ];
}

/** `2.31 [2.28, 2.34]`; of few trials without ends; a dash where it is not known. */
function cellOf(metric: Metric, c: ConfigurationSummary): string {
  const scale = metric.percent ? 100 : 1;
  const mean = meanOf(metric, c);
  if (mean === null) return '--';
  const value = valueOf(metric, c);
  const ends = metric.where.markdown?.interval && typeof value === 'object' && value !== null ? shownEnds(value) : null;
  const shown = escaped(describeNumber(scale * mean));
  if (!ends) return shown;
  return `${shown} [${escaped(describeNumber(scale * ends.low, 4))}, ${escaped(describeNumber(scale * ends.high, 4))}]`;
}

function caption({ run, source, verdict, configurations }: RunReport): string {
  const trials = configurations.map(({ n }) => n);
  const [least, most] = [Math.min(...trials), Math.max(...trials)];
  const work =
    run.images && run.imageSize
      ? `, ${run.images.count} images (${run.images.description}) of ${run.imageSize.width} × ${run.imageSize.height} pixels`
      : '';
  const sentences = [
    `${run.name}: ${counted(configurations.length, 'configuration')} of the workload ${run.workload.name}${work}`,
    source ? `Energy: ${sourceLabel(source)}; gross, ${scopeText(run.scope)}` : 'No energy source',
    `n = ${least === most ? least : `${least} to ${most}`} trials each${
      most >= fewestBlocks ? `; in brackets ${verdict.confidencePercent} % intervals over trials` : ''
    }`,
    ...(source?.measured === false ? ['Estimated energy: intervals are repeatability, not accuracy'] : []),
  ];
  return escaped(sentences.map((sentence) => `${sentence}.`).join(' '));
}

const signs: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  '×': '$\\times$',
  '±': '$\\pm$',
  '−': '$-$',
  '·': '$\\cdot$',
  '≤': '$\\leq$',
  '≥': '$\\geq$',
  '–': '--',
  '…': '\\ldots{}',
  '’': "'",
};

/** Text that means itself in LaTeX, on one line: names come from files, and none may become a command. */
const escaped = (text: string): string =>
  plainLine(text).replace(/[\\~^<>|"×±−·≤≥–…’]|[&%$#_{}]/g, (sign) => signs[sign] ?? `\\${sign}`);

/** In a comment nothing means anything; it ends with the line. */
const inComment = (text: string): string => plainLine(text, 200);
