import { describe, expect, it } from 'vitest';
import { configurationsCsv } from '../../../../src/core/export/runCsv';
import { foldRun } from '../../../../src/core/run/fold';
import { reportOf } from '../../../../src/core/report/report';
import { reportSchema } from '../../../../src/core/report/reportSchema';
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

  it('refuses what is not in the schema', () => {
    expect(reportSchema.safeParse({ ...report(), extra: 1 }).success).toBe(false);
    expect(reportSchema.safeParse({ ...report(), version: 2 }).success).toBe(false);
  });

  it('counts energy against what runs today', () => {
    const { verdict, configurations, run } = report();
    expect(run.currentBatchSize).toBe(1);
    expect(verdict).toMatchObject({ winner: 'b4', saving: { against: 'b1', significant: true } });
    const [b1, , b4] = configurations;
    expect(verdict.saving.percent).toBeCloseTo((1 - b4.joulesPerUnit.mean / b1.joulesPerUnit.mean) * 100, 1);
    expect(b1.netJoulesPerUnit.mean).toBeCloseTo(b1.joulesPerUnit.mean - 25 / 5, 9);
  });
});
