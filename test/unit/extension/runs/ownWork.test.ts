import { expect, it } from 'vitest';
import { createOwnWork } from '../../../../src/extension/runs/ownWork';

/** A host whose clock and CPU time are made here. */
function host() {
  const at = { ms: 0, user: 5e6, system: 1e6 };
  const work = createOwnWork(
    () => ({ user: at.user, system: at.system }),
    () => at.ms,
  );
  /** The host is busy for so long. */
  const busy = (ms: number) => {
    at.ms += ms;
    at.user += 700 * ms;
    at.system += 300 * ms;
  };
  return { at, work, busy };
}

it('counts our own pieces alone, one inside another once, whatever becomes of them', () => {
  const { work, busy } = host();
  work.goesOn(true);
  const two = work.do(() => {
    busy(10);
    work.do(() => busy(20));
    return 2;
  });
  expect(two).toBe(2);
  // Another extension.
  busy(500);
  expect(() =>
    work.do(() => {
      busy(5);
      throw new Error('the log is damaged');
    }),
  ).toThrow('damaged');
  work.do(() => busy(1));
  expect(work.taken()).toEqual({
    ...{ cpuSeconds: expect.closeTo(0.036), hostCpuSeconds: expect.closeTo(0.536), seconds: expect.closeTo(0.536) },
  });
});

it('counts while the run goes on, from the first look at it', () => {
  const { at, work, busy } = host();
  work.do(() => {
    busy(40);
    work.goesOn(true);
  });
  at.ms += 1960;
  work.do(() => {
    busy(50);
    work.goesOn(false);
  });
  const ended = {
    ...{ cpuSeconds: expect.closeTo(0.09), hostCpuSeconds: expect.closeTo(0.09), seconds: expect.closeTo(2.05) },
  };
  expect(work.taken()).toEqual(ended);
  at.ms += 60_000;
  work.do(() => busy(100));
  expect(work.taken()).toEqual(ended);
  // It was resumed.
  work.goesOn(true);
  at.ms += 1000;
  work.do(() => busy(10));
  expect(work.taken()).toEqual({
    ...{ cpuSeconds: expect.closeTo(0.1), hostCpuSeconds: expect.closeTo(0.1), seconds: expect.closeTo(3.06) },
  });
});

it('has nothing of a run that was over, or goes on elsewhere', () => {
  const { work, busy } = host();
  work.do(() => {
    busy(40);
    work.goesOn(false);
  });
  expect(work.taken()).toBeNull();
});

it('measures this process', () => {
  const work = createOwnWork();
  work.goesOn(true);
  work.do(() => {
    for (const until = performance.now() + 60; performance.now() < until;);
  });
  const { cpuSeconds, hostCpuSeconds, seconds } = work.taken()!;
  expect(cpuSeconds).toBeGreaterThan(0);
  expect(hostCpuSeconds).toBeGreaterThanOrEqual(cpuSeconds);
  expect(seconds).toBeGreaterThanOrEqual(0.06);
});

it('counts what another thread of ours did, while the run goes on', () => {
  const { work, busy } = host();
  work.goesOn(true);
  busy(1000);
  work.did(0.25);
  work.goesOn(false);
  work.did(5);
  expect(work.taken()?.cpuSeconds).toBeCloseTo(0.25);
});
