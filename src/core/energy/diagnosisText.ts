import { wrapped } from '../words/wrapped';
import type { Diagnosis, DomainDiagnosis, Hazard, SourceDiagnosis } from './diagnosis';

/**
 * The diagnosis for a person, plain text: which sources there are, what helps, every counter. Sentences are broken at
 * `columns`; commands, and what is indented, never: they are to be pasted.
 */
export function diagnosisText({ sources, domains, hazards, notes }: Diagnosis, columns = Infinity): string {
  const prose = (text: string, indent = '') =>
    text.split('\n').flatMap((line) => (line.startsWith('  ') ? indent + line : wrapped(line, indent, columns)));
  const remedy = ({ advice, fix }: Pick<Hazard, 'advice' | 'fix'>) => [
    ...(advice === null ? [] : prose(advice, '  ')),
    ...(fix === null ? [] : fix.split('\n').map((line) => `  ${line}`)),
  ];
  return [
    'Energy sources',
    ...sources.flatMap((source) => prose(sourceLine(source), '  ')),
    ...helpful(sources).flatMap(({ kind, ...help }, i) => ['', helpHead(kind, i === 0, sources), ...remedy(help)]),
    ...hazards.flatMap(({ reason, ...help }) => ['', ...prose(reason), ...remedy(help)]),
    ...sources.flatMap(({ kind, counters }) => {
      if (counters === null) return [];
      const own = domains.filter((domain) => domain.source === kind);
      const lines = own.flatMap((domain) => domainLines(domain, columns));
      return ['', `Counters ${counters}`, ...(own.length > 0 ? lines : ['  none'])];
    }),
    ...(notes.length > 0 ? ['', ...notes.flatMap((note) => prose(note))] : []),
  ].join('\n');
}

/** How much it takes to open a source, least first: a permission, what is closed or missing in part, all that is missing. */
const byEffort = ['source-permission', 'source-partial', 'source-dead', 'source-absent'];

/** Sources that something helps, the easiest first; of two with the same help the first. */
function helpful(sources: readonly SourceDiagnosis[]): SourceDiagnosis[] {
  const closed = sources.filter(({ usable, advice, fix }) => !usable && (advice !== null || fix !== null));
  const effort = ({ code, fix }: SourceDiagnosis) => 2 * byEffort.indexOf(code ?? '') + (fix === null ? 1 : 0);
  return closed
    .filter(({ advice, fix }, i) => closed.findIndex((other) => other.advice === advice && other.fix === fix) === i)
    .sort((a, b) => effort(a) - effort(b));
}

const isMeasured = (sources: readonly SourceDiagnosis[]) => sources.some(({ measured, usable }) => measured && usable);

function helpHead(kind: string, isFirst: boolean, sources: readonly SourceDiagnosis[]): string {
  if (!isFirst) return `Or with ${kind}`;
  return isMeasured(sources) ? `For a second opinion, with ${kind}` : `To measure, with ${kind}`;
}

function sourceLine({ kind, usable, measured, reason }: SourceDiagnosis): string {
  const state = !usable ? 'cannot be used' : measured ? 'measured' : 'ESTIMATED, without counters';
  return `${kind.padEnd(10)} ${state}${reason === null ? '' : `: ${reason}`}`;
}

function domainLines({ id, readable, added, reason, path }: DomainDiagnosis, columns: number): string[] {
  const state = added ? 'added' : readable ? 'not added' : 'unreadable';
  const head = `  ${id.padEnd(18)} ${state.padEnd(11)}`;
  const details = [reason, path].filter((text) => text !== null);
  const line = `${head} ${details.join(' · ')}`;
  return line.length <= columns
    ? [line]
    : [head.trimEnd(), ...details.flatMap((text) => wrapped(text, '    ', columns))];
}

/** The commands that open the counters of this machine; null where they are open, or no command helps. */
export function fixOf({ sources }: Diagnosis): string | null {
  if (isMeasured(sources)) return null;
  return helpful(sources).find(({ fix }) => fix !== null)?.fix ?? null;
}
