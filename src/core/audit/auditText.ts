import { counted } from '../statistics/wording';
import { plainLine } from '../words/plain';
import { type Audit, type AuditedNumber, generalPath } from './audit';
import type { LinesOf } from './derived';

/** An audit for a terminal: what differs first, then where each number comes from. */

const words = {
  derived: 'derived again from the raw log',
  recorded: 'recorded in it',
  'same-code': 'recomputed by the same code',
} as const satisfies Record<AuditedNumber['how'], string>;
const short = { derived: 'derived', recorded: 'recorded', 'same-code': 'same code' } as const;

/** So many numbers that are recorded together stand on lines of their own; more (curves, classes) on one. */
const mostApart = 12;
/** Of one way to make them; a run of many configurations has as many percentiles. */
const mostOfOneWay = 100;

export const agrees = ({ numbers, texts, findings }: Audit): boolean =>
  texts.length === 0 && numbers.every((number) => number.agrees) && findings.every(({ level }) => level === 'note');

export function auditText(
  result: Audit,
  { kind, name, run, statedBy }: { kind: 'run' | 'bundle'; name: string; run: string; statedBy: string },
): string {
  const { numbers, texts, findings, sources } = result;
  const differing = numbers.filter((number) => !number.agrees);
  const problems = findings.filter(({ level }) => level === 'problem');
  const notes = findings.filter(({ level }) => level === 'note');
  const counts = (Object.keys(words) as AuditedNumber['how'][]).map(
    (how) => `${numbers.filter((number) => number.how === how).length} ${words[how]}`,
  );
  const of = kind === 'bundle' ? `show.json of the bundle, stated by ${statedBy}` : 'show --json';
  const lines = [
    `Audit of the ${kind} ${plainLine(name)} (${plainLine(run)})`,
    `${numbers.length} numbers of ${plainLine(of)}: ${counts.join(', ')}.`,
    differing.length + texts.length + problems.length === 0
      ? 'All agree, and the log agrees with itself.'
      : `NOT ALL AGREE: ${counted(differing.length, 'number')} and ${counted(texts.length, 'text')} differ, ${counted(problems.length, 'problem')} found.`,
    '',
    ...differing.map(
      (number) =>
        `DIFFERS  ${plainLine(number.path)}: stated ${text(number.stated)}, ${number.how === 'same-code' ? '' : `${short[number.how]} ${text(number.derived)}, `}recomputed ${text(number.recomputed)} (${number.formula}; ${placesOf(sources[number.source] ?? [])})`,
    ),
    ...texts.map(
      (each) => `DIFFERS  ${plainLine(each.path)}: stated ${quoted(each.stated)}, now ${quoted(each.recomputed)}`,
    ),
    ...problems.map(({ place, message }) => `PROBLEM  ${plainLine(place)}: ${plainLine(message)}`),
    ...notes.map(({ place, message }) => `note     ${plainLine(place)}: ${plainLine(message)}`),
    ...(differing.length + texts.length + findings.length > 0 ? [''] : []),
    ...sectionsOf(numbers).flatMap(([section, own]) => [
      headOf(section, own),
      ...sectionLines(section, own, sources),
      '',
    ]),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

const text = (value: number | null) => (value === null ? 'none' : String(value));
const quoted = (value: string) => `“${plainLine(value.length > 160 ? `${value.slice(0, 160)}…` : value)}”`;

const ofWindows = 'windows of ';
/** With the configuration's id, which its windows are named after. */
function headOf(section: string, numbers: readonly AuditedNumber[]): string {
  const source = numbers.find((number) => number.source.startsWith(ofWindows))?.source;
  return source === undefined ? section : `${section}  ${plainLine(source.slice(ofWindows.length))}`;
}

function sectionsOf(numbers: readonly AuditedNumber[]): [string, AuditedNumber[]][] {
  const sections = new Map<string, AuditedNumber[]>();
  for (const number of numbers) {
    const section = /^\w+(?:\[\d+\])?/.exec(number.path)?.[0] ?? number.path;
    const own = sections.get(section);
    if (own) own.push(number);
    else sections.set(section, [number]);
  }
  return [...sections];
}

function sectionLines(section: string, all: readonly AuditedNumber[], sources: Audit['sources']): string[] {
  // What stands twice, under detection's own name too, is told once.
  const paths = new Set(all.map(({ path }) => path));
  const numbers = all.filter(({ path }) => generalPath(path) === path || !paths.has(generalPath(path)));
  const used = [...new Set(numbers.map(({ source }) => source))];
  const keyOf = ({ how, formula, source }: AuditedNumber) => `${how} ${formula} ${source}`;
  const counts = new Map<string, number>();
  for (const number of numbers) counts.set(keyOf(number), (counts.get(keyOf(number)) ?? 0) + 1);
  const together = new Set<string>();
  const numberLines = numbers.flatMap((number) => {
    const { how, formula, source, n } = number;
    const path = number.path.startsWith(section)
      ? number.path.slice(section.length).replace(/^\./, '') || section
      : number.path;
    const origin = `${short[how].padEnd(9)}  ${formula}${n === null ? '' : ` [n ${n}]`} ← ${plainLine(source)}`;
    const count = counts.get(keyOf(number))!;
    if (count <= (how === 'recorded' ? mostApart : mostOfOneWay))
      return [`  ${plainLine(path).padEnd(36)} ${text(number.stated).padEnd(22)} ${origin}`];
    if (together.has(keyOf(number))) return [];
    together.add(keyOf(number));
    return [`  ${plainLine(path)}, … (${count} numbers)  ${origin}`];
  });
  return [...numberLines, ...used.map((source) => `  ← ${plainLine(source)}: ${placesOf(sources[source] ?? [])}`)];
}

function placesOf(lines: readonly LinesOf[]): string {
  const told = lines
    .filter((each) => each.lines.length > 0)
    .map(({ file, lines: ranges }) => {
      const shown = ranges.slice(0, 8).map(([first, last]) => (first === last ? String(first) : `${first}–${last}`));
      const count = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
      return `${file} ${shown.join(', ')}${ranges.length > 8 ? `, … (${count} lines)` : ''}`;
    });
  return told.join('; ') || 'no line';
}
