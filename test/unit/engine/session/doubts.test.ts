import { expect, it } from 'vitest';
import { noteDoubts } from '../../../../src/engine/session/doubts';
import { fakeSession } from '../../../support/fakeSession';
import { zonePart } from '../../../support/runEvents';

it('notes each kind of doubt once a run', () => {
  const source = { parts: ['package-0', 'package-1', 'package-2'].map((id) => zonePart(id)), reason: null };
  const { measuring, log } = fakeSession({ source, spec: { measure: { windowSeconds: 5 } } });
  const readings = Array.from({ length: 51 }, (_, k) => ({
    ...{ monotonicMs: 100 * k, busySeconds: 0, totalSeconds: k },
    counters: [1e7 * k, 1e7 * k + 5, 1e8 * Math.floor(k / 10)],
  }));
  for (let time = 0; time < 2; time++) noteDoubts({ ...measuring, source, samples: () => readings }, 0, 5000);
  const warnings = log.flatMap((event) => (event.type === 'warning' ? [event] : []));
  expect(warnings.map(({ code }) => code)).toEqual(['mirrored-counter', 'coarse-counter']);
  expect(warnings[0]!.message).toMatch(/^package-1 rises by exactly what package-0 does/);
  expect(warnings[1]!.message).toContain(
    'package-2 moves only every 1.0 s: its joules in a window of 5 s are known to ± 20 %',
  );
});
