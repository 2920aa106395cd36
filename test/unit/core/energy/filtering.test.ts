import { expect, it } from 'vitest';
import { filteringOfSessions, filteringText } from '../../../../src/core/energy/filtering';
import { source } from '../../../support/runEvents';

const filtering = (state: 'on' | 'off' | 'unknown') => ({ state, by: null, because: `so it is ${state}` });
const session = (state: 'on' | 'off' | 'unknown' | null) => ({
  source: state === null ? source : { ...source, filtering: filtering(state) },
});

it('is of a run the worst that any of its sessions says', () => {
  const of = (...states: Parameters<typeof session>[0][]) => filteringOfSessions(states.map(session))?.state ?? null;
  expect(of('off', 'on', 'unknown', 'off')).toBe('on');
  expect(of('off', 'unknown', null)).toBe('unknown');
  expect(of(null, 'off')).toBe('off');
  expect(of(null)).toBeNull();
  expect(filteringOfSessions([{ source: null }])).toBeNull();
});

it('is said with what told it', () => {
  expect(filteringText(filtering('unknown'))).toBe('RAPL filtering: unknown (so it is unknown)');
});
