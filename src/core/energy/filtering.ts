import type { Filtering, SourceRecord } from './source';

/** Whether noise is in the counters, in the words that the doctor and every result have for it. */
export const filteringText = ({ state, because }: Filtering): string => `RAPL filtering: ${state} (${because})`;

const worstFirst: Filtering['state'][] = ['on', 'unknown', 'off'];

/** Of all sessions of a run the worst: its trials are of all of them. null where no log says anything. */
export function filteringOfSessions(sessions: readonly { source: SourceRecord | null }[]): Filtering | null {
  const known = sessions.flatMap(({ source }) => source?.filtering ?? []);
  return worstFirst.flatMap((state) => known.find((filtering) => filtering.state === state) ?? [])[0] ?? null;
}
