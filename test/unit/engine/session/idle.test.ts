import { describe, expect, it } from 'vitest';
import { measureIdle } from '../../../../src/engine/session/idle';
import { fakeSession, type FakeSession } from '../../../support/fakeSession';
import { machineState, source } from '../../../support/runEvents';

const start = (session: FakeSession) => measureIdle([session.measuring], 1);

describe('the machine at rest', () => {
  const resting = { batchSizes: [1], measure: { idleSeconds: 10, restSeconds: 0 } };
  const warningsOf = ({ run }: FakeSession) => run.warnings.map((w) => w.code);

  it('is measured after a rest, after the samples of its window were brought in', async () => {
    // 100 J for a lap of the counter: in 10 s at 20 W it goes round twice.
    const parts = source.parts.map((part) => ({ ...part, range: 100e6, limitWatts: null }));
    const session = fakeSession({
      spec: { measure: { idleSeconds: 10, restSeconds: 5 } },
      source: { ...source, parts },
    });
    await start(session);
    expect(session.story().slice(0, 2)).toEqual(['step: rest', 'step: idle']);
    const idle = session.log.filter((e) => e.type === 'idle.measured');
    expect(idle).toHaveLength(1);
    expect(idle[0]!.end.monotonicMs - idle[0]!.start.monotonicMs).toBeCloseTo(10_000, 3);
    expect(idle[0]!.beforeBlock).toBe(1);
    // The state of the machine is read before the first reading and after the last.
    const { start: before, end: after } = idle[0]!.state!;
    expect([before.runnable, after.runnable]).toEqual([1005, 1015]);
    expect(session.run.sessions.at(-1)?.idles).toMatchObject([
      { beforeBlock: 1, state: { start: before, end: after } },
    ]);
  });

  it('is tried three times, and then said to be unknown', async () => {
    // Counters that stand still.
    const session = fakeSession({ spec: resting, idleWatts: () => 0 });
    await start(session);
    expect(session.story().slice(-4)).toEqual(['step: idle', 'step: idle', 'step: idle', 'warning']);
    expect(warningsOf(session)).toEqual(['no-idle']);
    expect(session.run.warnings[0]!.message).toContain('before block 1');
    expect(session.run.warnings[0]!.message).toContain('stood still');

    // The second time the counter catches up in the window.
    let rests = 0;
    const second = fakeSession({ spec: resting, idleWatts: () => (rests++ > 0 ? 20 : 0) });
    await start(second);
    expect(second.story().filter((line) => line === 'step: idle')).toHaveLength(3);
    expect(second.story()).toContain('idle.measured');
    expect(warningsOf(second)).not.toContain('no-idle');
  });

  it('is none where the machine slept', async () => {
    const session = fakeSession({ spec: resting });
    let asleepMs = 0;
    const machine = { read: () => machineState({ asleepMs: (asleepMs += 500) }) };
    await measureIdle([{ ...session.measuring, machine }], 1);
    expect(warningsOf(session)).toEqual(['no-idle']);
    expect(session.run.warnings[0]!.message).toContain('the machine slept for 0.5 s');
  });

  it('is not, where others work: from a tenth of the CPU on that is said, once a run', async () => {
    const busy = async (share: number) => {
      const session = fakeSession({ spec: resting });
      const read = () => {
        const reading = session.reading();
        return { ...reading, busySeconds: share * reading.totalSeconds };
      };
      const m = { ...session.measuring, reader: { read } };
      await measureIdle([m], 1);
      await measureIdle([m], 2);
      return session.run.warnings.filter(({ code }) => code === 'busy-machine');
    };
    expect(await busy(0.09)).toEqual([]);
    const warnings = await busy(0.11);
    expect(warnings).toMatchObject([{ message: expect.stringContaining('11 % of the CPU') }]);
  });

  it('is left out with idleSeconds 0, and when the run is stopped meanwhile', async () => {
    const none = fakeSession({ spec: { batchSizes: [1], measure: { idleSeconds: 0 } } });
    await start(none);
    expect(none.story()).toEqual([]);
    const stopped = fakeSession({
      spec: resting,
      idleWatts(session) {
        session.stopping.abort();
        return 20;
      },
    });
    await start(stopped);
    expect(stopped.story().at(-1)).toBe('step: idle');
  });
});
