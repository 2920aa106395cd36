import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configurationsCsv, trialsCsv } from '../../../../src/core/export/runCsv';
import { markdown } from '../../../../src/core/export/markdown';
import { eventSchema, type RunEvent } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import { reportOf } from '../../../../src/core/report/report';
import { reportSchema } from '../../../../src/core/report/reportSchema';
import { configurationResults } from '../../../../src/core/values/trialValue';
import { sweep } from '../../../support/runEvents';

const none = () => [];
type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
/** A run whose windows are followed by another, each with other fields. */
function runWith(fields: (index: number) => Partial<Of<'trial.window'>>) {
  let windows = 0;
  return foldRun(
    sweep().flatMap((event): RunEvent[] => {
      if (event.type !== 'trial.window') return [event];
      return [0, 1].map((window) => ({ ...event, window, ...fields(windows++) }));
    }),
  );
}
const share = (kept: number) => ({ work: 5, cpuSeconds: 1, batches: kept, kept });

describe('processes of a trial', () => {
  it('each have their own part of the batch times', () => {
    const run = runWith((i) => ({ batchMs: [10, 20, 60 + 2 * (i % 2)], instances: [share(2), share(1)] }));
    expect(configurationResults(run, none)[0]!.trials[0]!.instanceBatchMs).toEqual([15, 61]);
    const { instanceSpreadPercent } = reportOf(run, none, { folder: '/x', status: 'complete' }).configurations[0]!;
    expect(instanceSpreadPercent!.mean).toBeCloseTo((100 * (61 - 15)) / 38, 9);
  });

  it('are not told apart where one ended no batch, or a window does not say', () => {
    for (const fields of [
      () => ({ batchMs: [10], instances: [share(1), share(0)] }),
      (i: number) => (i % 2 === 0 ? {} : { batchMs: [10, 20], instances: [share(1), share(1)] }),
      (i: number) => ({ batchMs: [10, 20, 30], instances: Array.from({ length: 3 - (i % 2) }, () => share(1)) }),
    ]) {
      expect(configurationResults(runWith(fields), none)[0]!.trials[0]).not.toHaveProperty('instanceBatchMs');
    }
  });

  it('are read or refused, whatever a log says of them: no number is none', () => {
    const odd = fc.oneof(fc.integer(), fc.nat(5), fc.constantFrom(0, -1, 1e9, 2 ** 53 - 1, 1e308, 0.5));
    const instances = fc.array(fc.record({ work: odd, cpuSeconds: odd, batches: odd, kept: odd }), { maxLength: 4 });
    const batchMs = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: -100, max: 1e6 })), { maxLength: 5 });
    let read = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(instances, batchMs), { minLength: 1, maxLength: 3 }), (windows) => {
        const run = runWith((i) => {
          const [own, times] = windows[i % windows.length]!;
          return { instances: own, batchMs: times };
        });
        const isRead = run.trials.every((t) =>
          t.windows.every((w) => eventSchema.safeParse({ ...w, type: 'trial.window', at: 1 }).success),
        );
        if (!isRead) return;
        read++;
        const report = reportOf(run, none, { folder: '/x', status: 'complete' });
        // JSON writes null for what is no number, which the schema refuses.
        const { error } = reportSchema.safeParse(JSON.parse(JSON.stringify(report)));
        expect(error?.issues ?? []).toEqual([]);
        for (const text of [
          configurationsCsv(report),
          trialsCsv(report, configurationResults(run, none)),
          markdown(report),
        ])
          expect(text).not.toMatch(/\b(NaN|Infinity|undefined)\b/);
      }),
    );
    expect(read).toBeGreaterThan(5);
  });
});
