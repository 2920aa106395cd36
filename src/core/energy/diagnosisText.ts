import type { Diagnosis, DomainDiagnosis, SourceDiagnosis } from './diagnosis';

/** The diagnosis for a person, plain text. */
export function diagnosisText({ sources, domains, notes }: Diagnosis): string {
  const helps = [...new Set(sources.filter((s) => !s.usable).flatMap((s) => [s.advice, s.fix]))].filter(
    (s) => s !== null,
  );
  return [
    'Energy sources',
    ...sources.map(sourceLine),
    ...sources.flatMap(({ kind, counters }) => {
      if (counters === null) return [];
      const own = domains.filter((domain) => domain.source === kind);
      return ['', `Counters ${counters}`, ...(own.length > 0 ? own.map(domainLine) : ['  none'])];
    }),
    ...(helps.length > 0
      ? [
          '',
          sources.some((s) => s.usable && s.measured) ? 'For a second opinion' : 'To measure',
          ...helps.flatMap((help) => help.split('\n').map((line) => `  ${line}`)),
        ]
      : []),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n');
}

function sourceLine({ kind, usable, measured, reason }: SourceDiagnosis): string {
  const state = !usable ? 'cannot be used' : measured ? 'measured' : 'ESTIMATED, without counters';
  return `  ${kind.padEnd(10)} ${state}${reason === null ? '' : `: ${reason}`}`;
}

function domainLine({ id, readable, added, reason, path }: DomainDiagnosis): string {
  const state = added ? 'added' : readable ? 'not added' : 'unreadable';
  return `  ${id.padEnd(18)} ${state.padEnd(11)} ${[reason, path].filter((text) => text !== null).join(' · ')}`;
}

/** The commands that open the counters of this machine; null where nothing needs to be done, or can be by a command. */
export function fixOf({ sources }: Diagnosis): string | null {
  return sources.find((source) => !source.usable && source.fix !== null)?.fix ?? null;
}
