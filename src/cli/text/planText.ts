import { modelNames } from '../../core/configuration/label';
import { splitCell } from '../../core/configuration/split';
import type { Missing } from '../../core/plan/foreseen';
import type { PlanMachine } from '../../core/plan/machine';
import { memoryErrorPercent } from '../../core/plan/memory';
import type { Plan, PlannedConfiguration, PlannedParts } from '../../core/plan/plan';
import { mostTried } from '../../core/plan/detection';
import type { PlannedDetection } from '../../core/plan/plannedDetection';
import { counted, describeGiven } from '../../core/statistics/wording';
import { describeBytes, describeNumber } from '../../core/words/units';
import { wrapped } from '../../core/words/wrapped';
import type { Style } from './style';
import { textTable } from './textTable';

/** A plan for people. Each table has one unit a column, named in its head; sentences are broken at `width`. */
export function planText(plan: Plan, style: Style, width = Number.POSITIVE_INFINITY): string {
  const prose = (text: string, indent = '') => wrapped(text, indent, width);
  const section = (head: string, lines: string[]) => (lines.length > 0 ? ['', style.bold(head), ...lines] : []);
  const lines = [
    ...prose(`${plan.name}: a plan; nothing has run`).map(style.bold),
    ...prose(`for ${machineText(plan.machine)}`),
    ...section('Trials', prose(trialsText(plan), '  ')),
    ...section(`Expected time, ${timeUnit(plan).name}`, [timeTable(plan), ...prose(timeNote(plan), '  ')]),
    ...(plan.detection === null
      ? []
      : section(`To tell a difference of ${describeGiven(plan.detection.percent)} %`, [
          detectionTable(plan.detection, plan),
          ...detectionNotes(plan.detection, plan).flatMap((note) => prose(note, '  ')),
        ])),
    ...section('Speed and memory', [
      configurationTable(plan, width),
      ...speedNotes(plan).flatMap((note) => prose(note, '  ')),
    ]),
    ...section('Tensors of one image, MB', modelTable(plan, width)),
    ...section(
      'Not proven to run',
      unprovenNotes(plan).flatMap((note) => prose(note, '  ')),
    ),
    ...section(
      'Missing',
      plan.missing.flatMap((one) => missingLines(one, plan.machine.described, prose)),
    ),
    ...section(
      'Notes',
      plan.notes.flatMap((note) => prose(note, '  ')),
    ),
    '',
    ...prose(endText(plan)).map(plan.ready ? style.green : style.yellow),
  ];
  return `${lines.join('\n')}\n`;
}

function machineText({
  name,
  described,
  processor,
  sockets,
  cores,
  threads,
  memoryBytes,
  availableBytes,
}: PlanMachine) {
  const parts = [
    ...(processor === null ? [] : [processor]),
    ...(sockets === null ? [] : [counted(sockets, 'socket')]),
    ...[counted(cores, 'core'), counted(threads, 'logical CPU')],
    `${describeBytes(memoryBytes)} of memory, of which a run may use ${describeBytes(availableBytes)}`,
  ];
  return `${described ? `${name}, as described` : 'this machine'}: ${parts.join(', ')}`;
}

function trialsText({ trials }: Plan): string {
  const { configurations, blocks, references, reference, least, most, order, seed, paced } = trials;
  if (configurations === 0) return 'none: no configuration is expected to run';
  const span = blocks.min === blocks.max ? counted(blocks.min, 'block') : `${blocks.min} to ${blocks.max} blocks`;
  const drift = `${references} of ${reference} that show drift`;
  const all = least === most ? `${least} trials in all` : `${least} to ${most} trials in all`;
  const how = order === 'shuffled' ? `shuffled in each block by seed ${seed}` : 'as listed in each block';
  return `${counted(configurations, 'configuration')} × ${span}, and ${drift}: ${all}; ${how}${paced === null ? '' : `. Then ${pacedText(paced)}`}`;
}

function pacedText({ configurations, blocks, seconds }: NonNullable<Plan['trials']['paced']>): string {
  const of = configurations === 1 ? 'the one' : `${configurations}`;
  return `requests are replayed to ${of} of them, ${seconds} s in each of ${counted(blocks, 'paced block')}`;
}

/** Hours for what takes an afternoon, else minutes. */
function timeUnit({ time }: Plan): { name: string; seconds: number; digits: number } {
  const most = (time.most.high ?? time.most.low).totalSeconds;
  return most >= 5400 ? { name: 'hours', seconds: 3600, digits: 2 } : { name: 'minutes', seconds: 60, digits: 1 };
}

const partNames: [keyof PlannedParts, string][] = [
  ['loadSeconds', 'starting, loading models'],
  ['warmupSeconds', 'warm-up'],
  ['windowSeconds', 'windows that are measured'],
  ['referenceSeconds', 'trials that show drift'],
  ['restSeconds', 'rest'],
  ['idleSeconds', 'idle baselines'],
  ['heatSeconds', 'load after each rest'],
  ['pacedSeconds', 'replayed requests'],
  ['probeSeconds', 'probing memory, once'],
  ['accuracySeconds', 'accuracy, once'],
  ['totalSeconds', 'in all'],
];

function timeTable(plan: Plan): string {
  const { least, most } = plan.time;
  const columns = least.blocks === most.blocks ? [least] : [least, most];
  const { seconds, digits } = timeUnit(plan);
  const rows = partNames.flatMap(([key, name]) => {
    const cells = columns.map(({ low, high }) =>
      rangeText(low[key], high === null ? null : high[key], seconds, digits),
    );
    return key !== 'totalSeconds' && columns.every(({ low, high }) => low[key] === 0 && (high?.[key] ?? 0) === 0)
      ? []
      : [[`  ${name}`, ...cells]];
  });
  const heads = columns.map(({ blocks }) => counted(blocks, 'block'));
  return textTable(['  ', ...heads], rows, [1, 2]).trimEnd();
}

/**
 * `2.84`, `2.84–2.95`, and `≥ 2.84` where the upper end is not known. Windows are of whole batches, so a faster machine may take
 * longer for a part: the smaller end stands first.
 */
function rangeText(one: number, other: number | null, unit: number, digits: number): string {
  const text = (value: number) => (value / unit).toFixed(digits);
  if (other === null) return `≥ ${text(one)}`;
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  return text(low) === text(high) ? text(low) : `${text(low)}–${text(high)}`;
}

function timeNote({ time }: Plan): string {
  const open = time.least.high === null ? 'some speeds are not known: batches longer than a window stretch it; ' : '';
  return `${open}besides, models are built and images prepared once: seconds to a minute`;
}

function detectionTable({ needed }: PlannedDetection, plan: Plan): string {
  const { name, seconds, digits } = timeUnit(plan);
  const blocks = ({ low, high }: Ends) => endsText(low, high, (value) => String(value), `more than ${mostTried}`);
  const time = ({ low, high }: Ends) => endsText(low, high, (value) => (value / seconds).toFixed(digits), '–');
  const rows = needed.map((one) => [`  ${one.powerPercent} % of runs`, blocks(one.blocks), time(one.seconds)]);
  return textTable(['  told in', 'blocks', name], rows, [1, 2]).trimEnd();
}

type Ends = { low: number | null; high: number | null };

function endsText(low: number | null, high: number | null, text: (value: number) => string, unknown: string): string {
  if (low === null) return unknown;
  if (high === null) return `${text(low)} to ${unknown}`;
  return text(low) === text(high) ? text(low) : `${text(low)}–${text(high)}`;
}

function detectionNotes({ noise, plannedPercent, change }: PlannedDetection, plan: Plan): string[] {
  const { low, high } = noise.percent;
  const span = low === high ? describeNumber(low, 2) : `${describeNumber(low, 2)} to ${describeNumber(high, 2)}`;
  const [least, most] = [plannedPercent.low, plannedPercent.high].map((share) => share.toFixed(0));
  return [
    noise.runs.length > 0
      ? `a trial scatters by ${span} % here, by ${counted(noise.runs.length, 'run')}: ${noise.runs.join(', ')}`
      : `no run here tells how far trials scatter: ${span} % are assumed`,
    `with the ${counted(plan.trials.blocks.max, 'block')} that are planned it is told in ${least === most ? least : `${least} to ${most}`} % of runs`,
    ...(change === null ? [] : [change]),
  ];
}

/** `spare`: which column goes first on a narrow terminal. */
type Column = { head: string; cell: (c: PlannedConfiguration) => string; left?: boolean; spare?: number };

function configurationTable(plan: Plan, width: number): string {
  const { configurations } = plan;
  const nameOf = modelNames(configurations);
  const varies = (key: 'model' | 'spinning') => new Set(configurations.map((c) => c[key])).size > 1;
  const isSplit = new Set(configurations.map(splitCell)).size > 1;
  const gigabytes = (bytes: number | null | undefined) => (bytes == null ? '–' : (bytes / 1e9).toFixed(2));
  const tensorOf = (c: PlannedConfiguration) => Math.max(0, ...c.memory.tensors.map(({ bytes }) => bytes)) || null;
  const columns: Column[] = [
    ...(varies('model') ? [{ head: 'model', cell: nameOf, left: true }] : []),
    { head: 'batch', cell: (c) => String(c.batchSize) },
    ...(isSplit ? [{ head: 'split', cell: splitCell, left: true }] : []),
    ...(varies('spinning') ? [{ head: 'spin', cell: (c: PlannedConfiguration) => (c.spinning ? 'yes' : 'no') }] : []),
    {
      head: `ms/${plan.unit}`,
      cell: ({ speed: { msPerImage: ms } }) =>
        ms === null ? '–' : rangeText(ms.low, ms.high, 1, ms.high < 100 ? 1 : 0),
    },
    {
      head: 'trial, min',
      cell: ({ trialSeconds: s }) => (s === null ? '–' : rangeText(s.low, s.high, 60, 1)),
      spare: 3,
    },
    { head: 'largest tensor, GB', cell: (c) => gigabytes(tensorOf(c)), spare: 2 },
    { head: 'weights, GB', cell: (c) => gigabytes(c.memory.parts?.weightBytes), spare: 1 },
    { head: 'in all, GB', cell: (c) => gigabytes(c.memory.totalBytes) },
    { head: 'memory', cell: (c) => c.memory.expectation, left: true },
  ];
  const table = (shown: Column[]) =>
    textTable(
      shown.map(({ head }, i) => (i === 0 ? `  ${head}` : head)),
      configurations.map((c) => shown.map(({ cell }, i) => (i === 0 ? `  ${cell(c)}` : cell(c)))),
      shown.flatMap(({ left }, i) => (left ? [] : [i])),
    ).trimEnd();
  let shown = columns;
  for (const spare of [1, 2, 3]) {
    if (
      table(shown)
        .split('\n')
        .every((line) => line.length <= width)
    )
      break;
    shown = shown.filter((column) => column.spare !== spare);
  }
  return table(shown);
}

/** Where the speeds are from, those with the same source together, and what the memory is. */
function speedNotes(plan: Plan): string[] {
  const { configurations } = plan;
  const speeds = grouped(configurations, ({ speed }) => speed.detail).map(([detail, own]) => {
    const isKnown = own.every(({ speed }) => speed.msPerImage !== null);
    return `${isKnown ? 'speed by' : 'speed not known,'} ${detail}: ${namesOf(own, plan)}`;
  });
  if (configurations.every(({ memory }) => memory.totalBytes === null)) return speeds;
  const note = `memory by the architecture, give or take ${memoryErrorPercent} %; a run probes small batches and decides by that`;
  return [...speeds, note];
}

function unprovenNotes(plan: Plan): string[] {
  const unproven = plan.configurations.filter(({ notProven }) => notProven !== null);
  const why = ({ memory, notProven }: PlannedConfiguration) =>
    memory.expectation === 'fits' ? notProven! : `${memory.expectation}: ${notProven}`;
  return grouped(unproven, why).map(([reason, own]) => `${namesOf(own, plan)}: ${reason}`);
}

/** Configurations of which the same is to be said. */
function grouped<C>(configurations: readonly C[], saying: (c: C) => string): [string, C[]][] {
  return [...new Set(configurations.map(saying))].map((said) => [
    said,
    configurations.filter((c) => saying(c) === said),
  ]);
}

/** `all`, else each model with its batch sizes; one by one where more than these tells them apart. */
function namesOf(own: readonly PlannedConfiguration[], { configurations }: Plan): string {
  if (own.length === configurations.length) return 'all';
  const nameOf = modelNames(configurations);
  const isOther = configurations.some((c) => splitCell(c) !== splitCell(own[0]!) || c.spinning !== own[0]!.spinning);
  if (isOther) return own.map(({ id }) => id).join('; ');
  return grouped(own, nameOf)
    .map(([name, of]) => `${name} at batch ${of.map(({ batchSize }) => batchSize).join(', ')}`)
    .join('; ');
}

function modelTable({ models }: Plan, width: number): string[] {
  const known = models.flatMap(({ model, memory }) => (memory === null ? [] : [{ model, ...memory }]));
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const millions = (elements: number) => (elements / 1e6).toFixed(2);
  const rows = known.flatMap(({ model, input, largest, output, heldBytes, weightBytes }) => [
    [`  ${model}`, '', ''],
    [`    input, ${input.name}`, megabytes(input.bytes), millions(input.elements)],
    [`    largest, ${largest.name}`, megabytes(largest.bytes), millions(largest.elements)],
    [`    ${output.name}`, megabytes(output.bytes), millions(output.elements)],
    ['    buffers held at once, at most', megabytes(heldBytes), ''],
    ['    weights, of any batch', megabytes(weightBytes), ''],
  ]);
  const unknown = models.flatMap(({ model, unknown: why }) => (why === null ? [] : [`${model}: not known: ${why}`]));
  const table = rows.length > 0 ? textTable(['  ', 'MB', '10⁶ elements'], rows, [1, 2]).trimEnd().split('\n') : [];
  return [...table, ...unknown.flatMap((line) => wrapped(line, '  ', width))];
}

function missingLines(
  { what, where, how, blocks }: Missing,
  isDescribed: boolean,
  prose: (text: string, indent: string) => string[],
) {
  // Whether a file is on a machine that is only described nobody can see from here.
  const isThere = isDescribed && where !== null;
  const note = isThere ? ' (not here; a run needs it there)' : blocks ? '' : ' (a run can begin without)';
  return [
    ...prose(`${what}${note}`, '  '),
    ...(where === null ? [] : prose(isThere ? `here it would be ${where}` : `to be put at ${where}`, '    ')),
    ...(how === null ? [] : prose(how, '    ')),
  ];
}

function endText({ ready, missing, configurations, machine }: Plan): string {
  const areThere = machine.described && missing.some(({ where }) => where !== null);
  if (ready) return areThere ? 'It can run there with what is named above.' : 'It can run as it stands.';
  const blocking = missing.filter(({ blocks }) => blocks).length;
  const left = configurations.filter(({ memory }) => memory.expectation === 'does not fit').length;
  if (blocking === 0 && left < configurations.length) {
    return `It would run without ${counted(left, 'configuration')} that ${left === 1 ? 'does' : 'do'} not fit.`;
  }
  const reasons = [
    ...(blocking > 0 ? [`${counted(blocking, 'thing')} missing`] : []),
    ...(left > 0 ? [`${counted(left, 'configuration')} that would be left out`] : []),
  ];
  return `It cannot run as it stands: ${reasons.join(', ')}.`;
}
