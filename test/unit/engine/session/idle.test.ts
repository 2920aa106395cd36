import { describe, expect, it } from 'vitest';
import { measureIdle } from '../../../../src/engine/session/idle';
import { fakeSession, type FakeSession } from '../../../support/fakeSession';
import { machineState, source } from '../../../support/runEvents';

/** Reads counters that go on while time does: each reading is so many seconds after the one before. */
const readerOf = (session: FakeSession, seconds = 10, watts: (reading: number) => number = () => 20) => {
  let readings = 0;
  return {
    read() {
      if (readings++ > 0) session.pass(seconds, watts(readings));
      return session.reading();
    },
    close: () => undefined,
  };
};
const start = (session: FakeSession) => measureIdle(session.measuring, readerOf(session));

describe('the machine at rest', () => {
  const resting = { batchSizes: [1], measure: { idleSeconds: 0.01 } };
  const warningsOf = ({ run }: FakeSession) => run.warnings.map((w) => w.code);

  it('is measured once, after the samples of its window were brought in', async () => {
    // 100 J for a lap of the counter: in 10 s at 20 W it goes round twice.
    const parts = source.parts.map((part) => ({ ...part, range: 100e6, limitWatts: null }));
    const session = fakeSession({ spec: resting, source: { ...source, parts } });
    await start(session);
    const idle = session.log.filter((e) => e.type === 'idle.measured');
    expect(idle).toHaveLength(1);
    expect(idle[0]!.end.monotonicMs - idle[0]!.start.monotonicMs).toBeCloseTo(10_000, 3);
    // The state of the machine is read before the first reading and after the last.
    const { start: before, end: after } = idle[0]!.state!;
    expect([before.runnable, after.runnable]).toEqual([1000, 1010]);
    expect(session.run.sessions.at(-1)?.idle?.state).toEqual({ start: before, end: after });
  });

  it('is tried three times, and then said to be unknown', async () => {
    const session = fakeSession({ spec: resting });
    // Counters that stand still.
    await measureIdle(
      session.measuring,
      readerOf(session, 10, () => 0),
    );
    expect(session.story().slice(-4)).toEqual(['step: idle', 'step: idle', 'step: idle', 'warning']);
    expect(warningsOf(session)).toEqual(['no-idle']);
    expect(session.run.warnings[0]!.message).toContain('stood still');

    const second = fakeSession({ spec: resting });
    await measureIdle(
      second.measuring,
      readerOf(second, 10, (reading) => (reading > 2 ? 20 : 0)),
    );
    expect(second.story().filter((line) => line === 'step: idle')).toHaveLength(2);
    expect(second.story()).toContain('idle.measured');
    expect(warningsOf(second)).not.toContain('no-idle');
  });

  it('is none where the machine slept', async () => {
    const session = fakeSession({ spec: resting });
    let asleepMs = 0;
    const machine = { read: () => machineState({ asleepMs: (asleepMs += 500) }) };
    await measureIdle({ ...session.measuring, machine }, readerOf(session));
    expect(warningsOf(session)).toEqual(['no-idle']);
    expect(session.run.warnings[0]!.message).toContain('the machine slept for 0.5 s');
  });

  it('is not, where others work: from a tenth of the CPU on that is said', async () => {
    const busy = async (share: number) => {
      const session = fakeSession({ spec: resting });
      const reader = readerOf(session);
      const read = () => {
        const reading = reader.read();
        return { ...reading, busySeconds: share * reading.totalSeconds };
      };
      await measureIdle(session.measuring, { ...reader, read });
      return session.run.warnings;
    };
    expect(await busy(0.09)).toEqual([]);
    const [warning] = await busy(0.11);
    expect(warning).toMatchObject({ code: 'busy-machine', message: expect.stringContaining('11 % of the CPU') });
  });

  it('is left out with idleSeconds 0, and when the run is stopped meanwhile', async () => {
    const none = fakeSession({ spec: { batchSizes: [1], measure: { idleSeconds: 0 } } });
    await start(none);
    expect(none.story()).not.toContain('step: idle');
    const stopped = fakeSession({ spec: { batchSizes: [1], measure: { idleSeconds: 60 } } });
    setTimeout(() => stopped.stopping.abort(), 500);
    await start(stopped);
    expect(stopped.story().at(-1)).toBe('step: idle');
  });
});
