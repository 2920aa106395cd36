import { describe, expect, it } from 'vitest';
import { configurationsCsv } from '../../../../src/core/export/runCsv';
import { foldRun } from '../../../../src/core/run/fold';
import { reportOf } from '../../../../src/core/report/report';
import { reportSchema } from '../../../../src/core/report/reportSchema';
import { eventSchema, type RunEvent } from '../../../../src/core/run/events';
import type { TrialMessage } from '../../../../src/engine/trial/protocol';
import { evaluated } from '../../../support/fakeSession';
import { sampledAccuracy } from '../../../support/sampledAccuracy';
import { sweep } from '../../../support/runEvents';

const report = (count?: number) =>
  JSON.parse(
    JSON.stringify(reportOf(foldRun(sweep().slice(0, count)), () => [], { folder: '/x', status: 'complete' })),
  );

describe('the report of a run', () => {
  it('is what its schema says, at every length of the log', () => {
    const events = sweep().length;
    for (let count = 1; count <= events; count += 3) {
      const parsed = reportSchema.safeParse(report(count));
      expect(parsed.error?.issues ?? []).toEqual([]);
    }
    expect(reportSchema.parse(report()).verdict.kind).toBe('greenest');
  });

  it('says of detection alone what its windows leave out', () => {
    expect(report().run.scope).toBe('inference');
    const events = sweep().map((event) =>
      event.type === 'run.created' ? { ...event, workload: { name: 'tokens', unit: 'token', phases: [] } } : event,
    );
    const other = reportOf(foldRun(events), () => [], { folder: '/x', status: 'complete' });
    expect(other.run.scope).toBeNull();
    expect(configurationsCsv(other).split('\r\n')[0]).not.toContain('image');
  });

  it('names the published experiment that a run repeats, and no other run', () => {
    expect('reproduces' in report().run).toBe(false);
    const events = sweep().map((event) =>
      event.type === 'run.created' ? { ...event, spec: { ...event.spec, reproduces: 'paper-exp2' as const } } : event,
    );
    const made = reportOf(foldRun(events), () => [], { folder: '/x', status: 'complete' });
    expect(reportSchema.parse(JSON.parse(JSON.stringify(made))).run.reproduces).toBe('paper-exp2');
  });

  it('refuses what is not in the schema', () => {
    expect(reportSchema.safeParse({ ...report(), extra: 1 }).success).toBe(false);
    expect(reportSchema.safeParse({ ...report(), version: 2 }).success).toBe(false);
  });

  it('has the interval of accuracy over images, of a log that has its resamples', () => {
    const { accuracy, accuracySampling: sampling } = sampledAccuracy(0.4, 0.01);
    const of = (more: object) => {
      const [begin, ...rest] = sweep();
      const { model } = (begin as Extract<RunEvent, { type: 'run.created' }>).configurations[0]!;
      const told = evaluated(accuracy) as Extract<TrialMessage, { type: 'accuracy' }>;
      const event = { ...told, ...more, type: 'accuracy.measured', at: 5, model } as RunEvent;
      eventSchema.parse(event);
      const made = reportOf(foldRun([begin!, ...rest, event]), () => [], { folder: '/x', status: 'complete' });
      return reportSchema.parse(JSON.parse(JSON.stringify(made)));
    };
    const known = of({ sampling });
    const { low, high } = known.accuracies[0]!.accuracyInterval!;
    expect([low, high].map((end) => end!.toFixed(2))).toEqual(['0.38', '0.42']);
    for (const c of known.configurations) {
      expect(c).toMatchObject({ accuracy, accuracyInterval: { low, high, images: 500, resamples: 500 } });
    }
    const before = of({});
    expect(before.accuracies[0]).not.toHaveProperty('accuracyInterval');
    expect(before.configurations[0]).not.toHaveProperty('accuracyInterval');
    expect(before.configurations[0]!.accuracy).toBe(accuracy);
    const nothing = of({ ...evaluated(-1), sampling: { ...sampling, replicates: Array<number>(500).fill(-1) } });
    expect(nothing.accuracies[0]).not.toHaveProperty('accuracyInterval');
  });

  it('counts energy against what runs today', () => {
    const { verdict, configurations, run } = report();
    expect(run.currentBatchSize).toBe(1);
    expect(verdict).toMatchObject({ winner: 'b4', saving: { against: 'b1', significant: true } });
    const [b1, , b4] = configurations;
    // Within blocks, by bounded weights: near the ratio of the means, which count each trial in full.
    const ofMeans = (1 - b4.joulesPerUnit.mean / b1.joulesPerUnit.mean) * 100;
    expect(Math.abs(verdict.saving.percent - ofMeans)).toBeLessThan(0.2);
    const { percent, intervals } = verdict.againstInUse;
    expect(percent).toMatchObject({ b1: 0, b4: -verdict.saving.percent });
    expect(intervals).toMatchObject({ b1: null, b4: { low: -verdict.saving.high, high: -verdict.saving.low } });
    expect(intervals.b2.low).toBeLessThan(percent.b2);
    expect(intervals.b2.high).toBeGreaterThan(percent.b2);
    expect(b1.netJoulesPerUnit.mean).toBeCloseTo(b1.joulesPerUnit.mean - 25 / 5, 9);
  });
});
