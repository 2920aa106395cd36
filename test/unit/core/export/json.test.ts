import { describe, expect, it } from 'vitest';
import { reportJson } from '../../../../src/core/export/json';
import { reportJsonSchema } from '../../../../src/core/export/reportJsonSchema';
import { reportOf } from '../../../../src/core/report/report';
import type { RunEvent } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import { sweep } from '../../../support/runEvents';

/** The JSON of the same sweep, its work counted in `unit`. */
function jsonOf(unit: string) {
  const events = sweep().map((event): RunEvent =>
    event.type === 'run.created' ? { ...event, workload: { ...event.workload, unit } } : event,
  );
  const text = reportJson(reportOf(foldRun(events), () => [], { folder: '/x', status: 'complete' }));
  return { text, json: JSON.parse(text) };
}

describe('the JSON of a run', () => {
  it('has the names that it had for images beside the general ones, where the work is images', () => {
    const { json } = jsonOf('image');
    reportJsonSchema.parse(json);
    for (const c of json.configurations) {
      expect(c.unit).toBe('image');
      expect(c.joulesPerUnit.mean).toBeGreaterThan(0);
      expect(c).toMatchObject({
        joulesPerImage: c.joulesPerUnit,
        netJoulesPerImage: c.netJoulesPerUnit,
        imagesPerJoule: c.unitsPerJoule,
        imagesPerSecond: c.unitsPerSecond,
        cpuSecondsPerImage: c.cpuSecondsPerUnit,
      });
      expect(c.intervals.imagesPerSecond).toEqual(c.intervals.unitsPerSecond);
    }
    for (const verdict of Object.values<{ energy: string }>(json.verdictByModel))
      expect(verdict.energy).toBe('joulesPerImage');
    const { metric, energy, saving, againstInUse } = json.verdict;
    expect([metric, energy, saving.energy, againstInUse.energy]).toEqual(Array(4).fill('joulesPerImage'));
  });

  it('names no image where the work is another', () => {
    const { json, text } = jsonOf('token');
    reportJsonSchema.parse(json);
    expect(json.run.workload.unit).toBe('token');
    expect(json.verdict).toMatchObject({ metric: 'joulesPerUnit', energy: 'joulesPerUnit' });
    expect(Object.keys(json.configurations[0]).filter((key) => /image/i.test(key))).toEqual([]);
    expect(text).not.toMatch(/PerImage|imagesPer/);
    expect(json.verdict.sentence).toContain('J/token');
  });
});
