import { ownVerdicts } from '../analysis/verdict/ownVerdicts';
import { variedFactors } from '../configuration/factors';
import { splitCell, variesSplit } from '../configuration/split';
import { figureColumns } from '../analysis/verdict/figureColumns';
import { fewestBlocks } from '../statistics/sequential';
import { filteringText } from '../energy/filtering';
import { partsBeside } from '../energy/parts';
import { countedIds, sourceLabel } from '../energy/sourceLabel';
import { conditionsBeside } from '../run/conditions';
import type { Footprint } from '../footprint/footprintSchema';
import { footprintText, footprintTitle } from '../footprint/footprintText';
import { type Cell, figureColumnsOf, type Table } from '../words/table';
import { plainLine } from '../words/plain';
import type { RunReport } from '../report/report';
import type { ReportSource } from '../report/reportSchema';
import { idleText } from '../report/idleText';
import { importedText } from '../report/importedText';
import { ownCostText } from '../report/ownCostText';
import { pacedTable, pacedTitle } from '../report/pacedTable';
import { inputSizeText, shortScope } from '../report/scopeText';
import { startupText } from '../report/startupText';
import { statusText } from '../report/statusText';
import type { ConfigurationSummary } from '../metrics/summarySchema';
import { wholeSentence } from '../words/sentence';
import { describeNumber } from '../words/units';

type Column = { head: string; value: (c: ConfigurationSummary) => string | number | null };

/**
 * Table, verdict and boundary as GitHub's Markdown: what `greenbatch export` writes and the panel copies. Numbers have
 * three digits.
 *
 * @param changed what of the terms is another than in the experiment file, in words; empty when nothing is
 */
export function markdown(report: Omit<RunReport, 'accuracies'>, changed: readonly string[] = []): string {
  const { run, source, verdict, configurations } = report;
  const varied = new Set(variedFactors(configurations).map(({ key }) => key));
  const columns: Column[] = [
    ...(varied.has('model') ? [{ head: 'model', value: (c: ConfigurationSummary) => c.model }] : []),
    { head: 'batch', value: (c) => c.batchSize },
    ...splitColumns(configurations),
    ...(varied.has('spinning')
      ? [{ head: 'spinning', value: (c: ConfigurationSummary) => (c.spinning ? 'yes' : 'no') }]
      : []),
    ...figureColumns('markdown', { configurations, verdict, measured: source?.measured !== false }).map(
      ({ head, cell }) => ({ head, value: (c: ConfigurationSummary) => figure(cell(c)) }),
    ),
    { head: 'n', value: (c) => c.n },
  ];
  const line = (mark: string, cells: (string | number | null)[]) =>
    `| ${[mark, ...cells.map((cell) => escaped(String(cell ?? '')))].join(' | ')} |`;
  const lines = [
    `# ${escaped(run.name)}`,
    '',
    `**${escaped(verdict.sentence)}**`,
    '',
    ...verdict.levers.flatMap(({ sentence }) => [escaped(sentence), '']),
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
    ...verdict.qualification.map(({ message }) => `- ${escaped(message)}`),
    ...(changed.length > 0 ? [`- By other terms than the experiment file: ${escaped(changed.join(', '))}.`] : []),
    ...ownVerdicts(report).map(([model, v]) => `- ${escaped(model)}: ${escaped(v.sentence)}`),
    ...[...new Set(conditionsBeside(run, verdict).map(({ message }) => wholeSentence(message)))].map(
      (text) => `- ${escaped(text)}`,
    ),
    ...boundary(report).map((text) => `- ${escaped(text)}`),
    '',
    ...(verdict.paced ? pacedLines(report) : []),
    ...(report.footprint ? footprintLines(report.footprint, report) : []),
  ];
  return lines.join('\n');
}

/** What replayed requests measured, as a section of its own. */
function pacedLines(report: Pick<RunReport, 'verdict' | 'configurations'>): string[] {
  return [
    `## ${pacedTitle(report)}`,
    '',
    `**${escaped(report.verdict.paced!.sentence)}**`,
    '',
    ...tableLines(pacedTable(report)),
    '',
  ];
}

/** Carbon and cost as a section of their own: nothing measured stands in it. */
function footprintLines(footprint: Footprint, report: Parameters<typeof markdown>[0]): string[] {
  const { sentence, tables, notes } = footprintText(footprint, report);
  return [
    `## ${footprintTitle}`,
    '',
    `**${escaped(sentence)}**`,
    '',
    ...tables.flatMap(({ table }) => [...tableLines(table), '']),
    ...notes.map((note) => `- ${escaped(note)}`),
    '',
  ];
}

function tableLines(table: Table): string[] {
  const isFigure = figureColumnsOf(table);
  const line = (cells: readonly Cell[]) => `| ${cells.map((cell) => escaped(figure(cell) as string)).join(' | ')} |`;
  return [
    line(table.columns),
    `|${isFigure.map((right) => (right ? ' ---: |' : ' --- |')).join('')}`,
    ...table.rows.map(line),
  ];
}

/** Processes and threads, as far as they vary; as one column where both do. */
function splitColumns(configurations: readonly ConfigurationSummary[]): Column[] {
  if (variesSplit(configurations)) return [{ head: 'processes × threads', value: splitCell }];
  const keys = variedFactors(configurations).map(({ key }) => key);
  return [
    ...(keys.includes('instances') ? [{ head: 'processes', value: (c: ConfigurationSummary) => c.instances }] : []),
    ...(keys.includes('threads') ? [{ head: 'threads', value: (c: ConfigurationSummary) => c.threads }] : []),
  ];
}

/** What stands behind ±, as far as there is any in the table. */
function intervalsText(
  least: number,
  most: number,
  { source, verdict, configurations }: Parameters<typeof markdown>[0],
): string {
  const few = least < fewestBlocks ? `; of fewer than ${fewestBlocks} no interval is shown` : '';
  const { images = null } =
    configurations.find((c) => typeof c.accuracyInterval?.low === 'number')?.accuracyInterval ?? {};
  const ofAccuracy = images === null ? '' : `; ± of AP is over other images, ${images} as here`;
  if (most < fewestBlocks) return `${few}${ofAccuracy}`;
  const kind = source?.measured === false ? ' (repeatability, not accuracy)' : '';
  return `; ± is the ${verdict.confidencePercent} % interval over trials${kind}${few}${ofAccuracy}`;
}

/** What the numbers cover: without it none is worth anything. */
function boundary(report: Parameters<typeof markdown>[0]): string[] {
  const { run, source, configurations } = report;
  const trials = configurations.map((c) => c.n);
  const [least, most] = [Math.min(...trials), Math.max(...trials)];
  const atRest = idleText(run);
  const startup = startupText(configurations, source?.measured !== false);
  return [
    ...(run.imported ? [wholeSentence(importedText(run.imported))] : []),
    source
      ? `Energy: ${sourceLabel(source)}${measuredText(source)}; gross, ${shortScope(run.scope)}.`
      : 'No energy source.',
    ...(source?.reason ? [source.reason] : []),
    ...(run.agreement === null ? [] : [`Instruments: ${run.agreement.sentence}.`]),
    ...(run.filtering ? [`${filteringText(run.filtering)}.`] : []),
    ...(run.images && run.imageSize
      ? [`Images: ${run.images.description}, ${inputSizeText(run.imageSize, run.rect)}.`]
      : []),
    ...(startup === null ? [] : [wholeSentence(startup)]),
    `n: ${least === most ? least : `${least} to ${most}`} trials each${intervalsText(least, most, report)}.`,
    ...(atRest === null ? [] : [`At rest: ${atRest}.`]),
    ...(run.ownCost === undefined ? [] : [wholeSentence(ownCostText(run.ownCost))]),
    `Run ${run.id} (${statusText(run)}), ${run.createdAt}, ${run.program}.`,
  ];
}

/** Which parts the joules are of; beside them may be others, which are not in it. */
function measuredText(source: ReportSource): string {
  if (!source.measured) return '';
  const ids = countedIds(source).join(', ');
  return partsBeside(source).length === 0 ? ` (${ids})` : `; joules are of ${ids} alone`;
}

function markOf({ verdict }: Pick<RunReport, 'verdict'>, c: ConfigurationSummary): string {
  if (verdict.winner === c.id) return verdict.kind === 'tied' ? '**chosen** of tied' : '**greenest**';
  if (verdict.tied.includes(c.id)) return 'tied';
  if (c.isLeftOut) return c.n === 0 ? 'not tried' : 'not followed up';
  return verdict.feasibility.some((f) => f.id === c.id && f.feasible === 'no') ? 'outside the limit' : '';
}

const figure = (cell: string | number | null) =>
  cell === null ? '–' : typeof cell === 'number' ? describeNumber(cell) : cell;

/** Text that means itself in Markdown, on one line: names come from files, and none may become markup. */
function escaped(text: string): string {
  return plainLine(text)
    .replace(/[\\`*_[\]|]/g, '\\$&')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
