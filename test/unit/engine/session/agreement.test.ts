import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { agreementOf } from '../../../../src/core/energy/agreement';
import type { Instruments } from '../../../../src/energy/instruments';
import { compareInstruments, type Edges } from '../../../../src/engine/session/agreement';
import { measureIdle } from '../../../../src/engine/session/idle';
import { fakeSession, type FakeSession } from '../../../support/fakeSession';
import { comparedEvent, readingAt } from '../../../support/runEvents';

const { parts } = comparedEvent({ powercap: [1, 1], perf: [1, 1] });
/** Both instruments at the session's clock, at these watts; and whether they were closed. */
function instrumentsOf(session: FakeSession, watts: number[] = [100, 10, 100, 10]) {
  const made = {
    closed: 0,
    reads: 0,
    open: async (): Promise<Instruments> => ({
      parts,
      reader: {
        read() {
          made.reads++;
          const { monotonicMs } = session.reading();
          const counters = watts.map((one) => Math.round(one * monotonicMs * 1000));
          return { ...readingAt(monotonicMs / 1000), counters };
        },
        close: () => void made.closed++,
      },
    }),
  };
  return made;
}
/** A rest of so many seconds by the session's clock. */
const restOf =
  (session: FakeSession, seconds: number, times = 1) =>
  async ({ begin, end }: Edges) => {
    for (let i = 0; i < times; i++) {
      begin();
      session.pass(seconds, 20);
      end();
    }
  };
const comparedIn = ({ log }: FakeSession) => log.filter((event) => event.type === 'instruments.compared');
const resting = { batchSizes: [1], measure: { idleSeconds: 5 } };

describe('a second instrument beside the one that measures', () => {
  it('is read at the edges of the rest, recorded raw and closed', async () => {
    const session = fakeSession({ spec: resting });
    const both = instrumentsOf(session);
    await compareInstruments([session.measuring], both.open, restOf(session, 5));
    const [event, ...more] = comparedIn(session);
    expect([more, both.closed, session.story()]).toEqual([[], 1, ['instruments.compared']]);
    expect(event!.readings).toHaveLength(2);
    expect(agreementOf(event!.parts, event!.readings).seconds).toBeCloseTo(5, 6);
    expect(session.run.sessions.at(-1)!.instruments).toEqual({ parts, readings: event!.readings });
  });

  it('is read once a second in between, where a wrap would hide else', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const session = fakeSession({ spec: resting });
    await compareInstruments([session.measuring], instrumentsOf(session).open, async ({ begin, end }) => {
      begin();
      for (let second = 0; second < 5; second++) {
        session.pass(1, 20);
        vi.advanceTimersByTime(1000);
      }
      end();
      vi.advanceTimersByTime(5000);
    });
    const startMs = comparedIn(session)[0]!.readings[0]!.monotonicMs;
    const seconds = comparedIn(session)[0]!.readings.map(({ monotonicMs }) =>
      Math.round((monotonicMs - startMs) / 1000),
    );
    expect(seconds).toEqual([0, 1, 2, 3, 4, 5, 5]);
  });

  it('is read anew where the rest is measured again', async () => {
    const session = fakeSession({ spec: resting });
    await compareInstruments([session.measuring], instrumentsOf(session).open, restOf(session, 5, 3));
    const [event] = comparedIn(session);
    expect(event!.readings).toHaveLength(2);
    expect(event!.readings[0]!.monotonicMs).toBeCloseTo(1e6 + 10_000, 3);
  });

  it('has a second of its own where there is no rest, or a shorter one', async () => {
    for (const seconds of [0, 0.4]) {
      const session = fakeSession({ spec: resting });
      const both = instrumentsOf(session);
      const rest = seconds === 0 ? async () => undefined : restOf(session, seconds);
      const began = performance.now();
      await compareInstruments([session.measuring], both.open, rest);
      expect(performance.now() - began).toBeGreaterThan(990);
      expect(session.story()).toEqual(['step: instruments', 'instruments.compared']);
      expect(comparedIn(session)[0]!.readings.length).toBeLessThanOrEqual(3);
    }
  });

  it('warns of a domain that they do not agree on, with both numbers', async () => {
    const session = fakeSession({ spec: resting });
    const both = instrumentsOf(session, [100, 10, 98, 10]);
    await compareInstruments([session.measuring], both.open, restOf(session, 5));
    expect(session.run.warnings).toMatchObject([
      {
        code: 'instruments-disagree',
        message: expect.stringContaining('package-0 took 500 J by powercap and 490 J by perf (2.0 % apart). One of'),
      },
    ]);
  });

  it('is nothing where not both can be read: the rest goes on alone', async () => {
    const session = fakeSession({ spec: { ...resting, measure: { idleSeconds: 10, restSeconds: 0 } } });
    await compareInstruments([session.measuring], async () => null, (edges) => measureIdle([session.measuring], 1, edges)); // prettier-ignore
    expect(session.story().slice(0, 2)).toEqual(['step: idle', 'idle.measured']);
    expect(comparedIn(session)).toEqual([]);
  });

  it('is told the edges of the machine at rest', async () => {
    const session = fakeSession({ spec: { ...resting, measure: { idleSeconds: 10, restSeconds: 0 } } });
    const told: string[] = [];
    const reader = {
      read() {
        told.push('read');
        return session.reading();
      },
    };
    const m = { ...session.measuring, reader };
    await measureIdle([m], 1, { begin: () => told.push('begin'), end: () => told.push('end') });
    expect(told).toEqual(['read', 'begin', 'read', 'end']);
  });

  it('says nothing of a session that is stopped meanwhile, and is closed then, and where the rest fails', async () => {
    const session = fakeSession({ spec: resting });
    const both = instrumentsOf(session);
    await compareInstruments([session.measuring], both.open, async ({ begin }) => {
      begin();
      session.stopping.abort();
    });
    expect([comparedIn(session), both.closed]).toEqual([[], 1]);
    const other = fakeSession({ spec: resting });
    const failing = instrumentsOf(other);
    const failed = compareInstruments([other.measuring], failing.open, () => Promise.reject(new Error('gone')));
    await expect(failed).rejects.toThrow('gone');
    expect(failing.closed).toBe(1);
  });
});
