import { joulesPer } from '../../core/words/unitOfWork';
import { filteringText } from '../../core/energy/filtering';
import { energyBoundary, sourceLabel } from '../../core/energy/sourceLabel';
import { conditionsBeside } from '../../core/run/conditions';
import { importedText } from '../../core/report/importedText';
import { blocksText } from '../../core/report/blocksText';
import { idleText } from '../../core/report/idleText';
import { ownCostText } from '../../core/report/ownCostText';
import type { ModelAccuracy, RunReport } from '../../core/report/report';
import { statusText } from '../../core/report/statusText';
import { wholeSentence } from '../../core/words/sentence';
import { inputSizeText, scopeText, spinningNote } from '../../core/report/scopeText';
import { startupText } from '../../core/report/startupText';
import { usualWorkload } from '../../core/spec/usualWorkload';
import type { ConfigurationSummary } from '../../core/metrics/summarySchema';
import { variedFactors } from '../../core/configuration/factors';
import { modelNames } from '../../core/configuration/label';
import { splitCell, variesSplit } from '../../core/configuration/split';
import { ownVerdicts } from '../../core/analysis/verdict/ownVerdicts';
import { figureColumns } from '../../core/analysis/verdict/figureColumns';
import { describeNumber } from '../../core/words/units';
import { counted, describeOtherImages, describePlusMinus } from '../../core/statistics/wording';
import { footprintBlock } from './footprintBlock';
import { pacedBlock } from './pacedBlock';
import { oneLine } from './output';
import type { Style } from './style';
import { textTable } from './textTable';

/**
 * The result of a run for people: what was measured, the table (as wide as the terminal), the verdict, and what qualifies
 * it. Of a run that failed before anything was measured neither an empty table nor a verdict; why it failed is told before.
 */
export function resultText(report: RunReport, style: Style, width = Number.POSITIVE_INFINITY): string {
  const { run, source, verdict } = report;
  const isEmpty = run.status === 'failed' && report.configurations.every((c) => c.n === 0);
  const label = source ? sourceLabel(source) : 'no energy source yet';
  const paint = source?.measured ? style.green : style.yellow;
  const lines = [
    '',
    `${[style.bold(oneLine(run.name)), statusText(run), blocksText(run)].filter((text) => text !== null).join(' · ')} · ${paint(`[${label}]`)}`,
    ...boundary(report).map((line) => `  ${oneLine(line)}`),
    ...(isEmpty ? [] : ['', resultTable(report, width), ...phaseTable(report)]),
    ...notes(report).map(oneLine),
    '',
    ...(isEmpty ? [] : [style.bold(oneLine(verdict.sentence))]),
    ...verdict.levers.map(({ sentence }) => oneLine(sentence)),
    ...verdict.qualification.map(({ message }) => `  ${oneLine(message)}`),
    ...(isEmpty ? [] : ownVerdicts(report)).map(([model, v]) =>
      oneLine(`  ${model.split(/[\\/]/).at(-1)}: ${v.sentence}`),
    ),
    ...(verdict.paced && !isEmpty ? ['', ...pacedBlock(report, style, width)] : []),
    ...(report.footprint && !isEmpty ? ['', ...footprintBlock(report.footprint, report, style, width)] : []),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

/** What the joules cover: without it a number is worth nothing. */
function boundary({ run, source, configurations }: RunReport): string[] {
  const parts: string[] = [];
  if (run.imported) parts.push(importedText(run.imported));
  if (run.images && run.imageSize) {
    parts.push(`${run.images.description}, ${inputSizeText(run.imageSize, run.rect)}`);
  }
  if (source) parts.push(energyBoundary(source));
  parts.push(scopeText(run.scope));
  if (run.agreement !== null) parts.push(run.agreement.sentence);
  if (run.filtering) parts.push(filteringText(run.filtering));
  const atRest = idleText(run);
  if (atRest !== null) parts.push(`at rest ${atRest}`);
  const spinning = run.workload.name === usualWorkload ? spinningNote(configurations) : null;
  if (spinning !== null) parts.push(spinning);
  if (run.pin !== 'none') parts.push(`processes kept to ${run.pin} (measure.pin)`);
  return parts;
}

type Column = {
  head: string;
  /** Instead of `head` where that makes the table too wide, as `short` of the cells. */
  shortHead?: string | undefined;
  cell: (c: ConfigurationSummary) => string;
  /** Instead of `cell` where that makes the table too wide: before any column goes. */
  short?: (c: ConfigurationSummary) => string;
  left?: boolean;
  /** Left out where nothing is to be told apart by it. */
  shown?: boolean;
  /** On a narrow terminal the column with the lowest number goes first; it still stands in the JSON. */
  spare?: number | undefined;
};

function resultTable(report: RunReport, width: number): string {
  const { configurations } = report;
  let columns = columnsOf(report).filter((column) => column.shown !== false);
  for (;;) {
    const table = textTable(
      columns.map((c) => c.head),
      configurations.map((c) => columns.map((column) => column.cell(c))),
      columns.flatMap((column, i) => (column.left ? [] : [i])),
    ).trimEnd();
    const next = columns.filter((c) => c.spare !== undefined).sort((x, y) => x.spare! - y.spare!)[0];
    if (table.split('\n').every((line) => line.length <= width)) return table;
    if (columns.some(({ short, shortHead }) => short ?? shortHead)) {
      columns = columns.map(({ short, shortHead, ...column }) => ({
        ...column,
        cell: short ?? column.cell,
        head: shortHead ?? column.head,
      }));
      continue;
    }
    if (next === undefined) return table;
    columns = columns.filter((column) => column !== next);
  }
}

function columnsOf(report: RunReport): Column[] {
  const { configurations, source, verdict } = report;
  const varied = new Set(variedFactors(configurations).map(({ key }) => key));
  const isSplit = variesSplit(configurations);
  const nameOf = modelNames(configurations);
  return [
    { head: '', cell: (c) => mark(report, c), left: true },
    { head: 'model', cell: nameOf, left: true, shown: varied.has('model') },
    { head: 'batch', cell: (c) => String(c.batchSize) },
    { head: 'split', cell: splitCell, shown: isSplit },
    { head: 'procs', cell: (c) => String(c.instances), shown: varied.has('instances') && !isSplit },
    { head: 'threads', cell: (c) => String(c.threads), shown: varied.has('threads') && !isSplit },
    { head: 'spin', cell: (c) => (c.spinning ? 'yes' : 'no'), shown: varied.has('spinning') },
    ...figureColumns('table', { configurations, verdict, measured: source?.measured !== false }).map(
      ({ head, shortHead, cell, short, dropped }) => ({
        head,
        shortHead,
        cell: (c: ConfigurationSummary) => text(cell(c)),
        ...(short && { short: (c: ConfigurationSummary) => text(short(c)) }),
        spare: dropped,
      }),
    ),
    { head: 'n', cell: (c) => String(c.n) },
  ];
}

/** Where the energy and the time of windows of the whole work go. */
function phaseTable({ run, configurations, source }: RunReport): string[] {
  const rows = configurations.flatMap((c) =>
    (c.phases ?? []).map(({ phase, joulesPerUnit, msPerUnit }) => [
      c.id,
      phase,
      describePlusMinus(joulesPerUnit),
      `${describeNumber((100 * joulesPerUnit.mean) / c.joulesPerUnit!.mean, 2)} %`,
      describePlusMinus(msPerUnit),
      String(c.n),
    ]),
  );
  if (rows.length === 0) return [];
  const startup = startupText(configurations, source?.measured !== false);
  const { unit } = run.workload;
  const joules = `${joulesPer(unit)}${source?.measured === false ? ' (est.)' : ''}`;
  return [
    '',
    textTable(
      ['  phases', '', joules, 'of it', `ms/${unit}`, 'n'],
      rows.map(([id, ...rest]) => [`  ${id}`, ...rest]),
      [2, 3, 4, 5],
    ).trimEnd(),
    ...(startup === null ? [] : [`  ${wholeSentence(startup)}`]),
  ];
}

/** `*` the chosen one, `=` tied with it, `-` left out by a search, `x` not within the service level. */
function mark({ verdict }: RunReport, c: ConfigurationSummary): string {
  if (verdict.winner === c.id) return '*';
  if (verdict.tied.includes(c.id)) return '=';
  if (c.isLeftOut) return '-';
  if (verdict.feasibility.some((f) => f.id === c.id && f.feasible === 'no')) return 'x';
  return '';
}

const text = (cell: string | number | null) =>
  cell === null ? '–' : typeof cell === 'number' ? describeNumber(cell) : cell;

/** Which accuracy the column shows, and the others beside it. */
function accuracyNote({ model, accuracy, accuracyInterval, message }: ModelAccuracy): string {
  if (accuracy === null) return `accuracy of ${model} is not known: ${message}`;
  const { coco, yolov7, images } = accuracy;
  const own = yolov7
    ? `; as YOLOv7 counts: mAP ${describeNumber(yolov7.mAP)}, mAP@.5 ${describeNumber(yolov7.mAP50)}, P ${describeNumber(yolov7.P)}, R ${describeNumber(yolov7.R)}, F1 ${describeNumber(yolov7.F1)}`
    : '';
  const [ap, ap50] = coco.stats as [number, number];
  const interval = accuracyInterval ? ` (${describeOtherImages(ap, accuracyInterval)})` : '';
  return `${model}: COCO AP ${describeNumber(ap)}${interval}, AP50 ${describeNumber(ap50)} on ${counted(images, 'image')}${own}`;
}

/** What the word in the heads means. */
const modelledNote =
  'modelled: not measured, but of a simulated queue of requests with the times and joules of trials under full load';

function notes({ run, verdict, accuracies, configurations }: RunReport): string[] {
  const out: string[] = [];
  if (variesSplit(configurations)) out.push('split: processes at once × threads of each');
  for (const a of accuracies) out.push(accuracyNote(a));
  for (const f of run.failedTrials) out.push(`failed ${f.configuration}, block ${f.block} (${f.reason}): ${f.message}`);
  if (run.images?.skipped.length)
    out.push(
      `${run.images.skipped.length} ${run.images.skipped.length === 1 ? 'image' : 'images'} could not be read and left out; the log names them`,
    );
  out.push(...conditionsBeside(run, verdict).map((condition) => condition.message));
  if (run.ownCost) out.push(ownCostText(run.ownCost));
  if (configurations.some((c) => c.joulesPerRequest !== null || c.requestLatencyMs !== null)) out.push(modelledNote);
  const legend = [
    '* chosen',
    verdict.tied.length ? '= tied' : '',
    verdict.search ? '- not tried, or not followed up' : '',
    verdict.feasibility.some((f) => f.feasible === 'no') ? 'x outside the limit' : '',
  ];
  if (verdict.winner !== null) out.unshift(legend.filter(Boolean).join('   '));
  return out;
}
