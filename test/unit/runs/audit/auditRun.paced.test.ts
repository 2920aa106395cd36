import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/core/run/events';
import { auditPath } from '../../../../src/runs/audit/auditRun';
import { eventsFile } from '../../../../src/runs/store/folders';
import { pacedSweep, toLines } from '../../../support/runEvents';

const place = mkdtempSync(join(tmpdir(), 'greenbatch-audited-'));
afterAll(() => rmSync(place, { recursive: true }));

/** With trials numbered as an engine does. */
function folderOf(events: RunEvent[]): string {
  const folder = mkdtempSync(join(place, 'run-'));
  const numbers = new Map<number, number>();
  const numbered = events.map((event) => {
    if (!('trial' in event)) return event;
    if (!numbers.has(event.trial)) numbers.set(event.trial, numbers.size + 1);
    return { ...event, trial: numbers.get(event.trial)! };
  });
  writeFileSync(eventsFile(folder), toLines(numbered));
  return folder;
}

describe('an audit of replayed requests', () => {
  it('derives what they measured again from the raw log, and counts none under full load', async () => {
    const { numbers, findings, sources } = await auditPath(folderOf(pacedSweep()));
    expect(findings.filter(({ level }) => level === 'problem')).toEqual([]);
    expect(numbers.filter(({ agrees }) => !agrees).map(({ path }) => path)).toEqual([]);
    const at = (path: string) => numbers.find((number) => number.path === `verdict.paced.${path}`)!;
    const derived = [
      ...['mean', 'low', 'high', 'n'].map((end) => `configurations[1].joulesPerRequest.${end}`),
      ...['p50', 'p95', 'p99', 'atPercentile'].flatMap((p) =>
        ['value', 'low', 'high'].map((end) => `configurations[0].latencyMs.${p}.${end}`),
      ),
      ...['configurations[0].latencyMs.max', 'configurations[0].load', 'configurations[0].meanBatchSize'],
      ...['percent', 'low', 'high', 'blocks'].map((end) => `saving.${end}`),
    ];
    for (const path of derived) {
      expect(at(path), path).toMatchObject({ how: 'derived', source: 'replayed requests' });
      expect(at(path).derived, path).not.toBeNull();
    }
    expect(at('saving.percent').stated).toBeCloseTo(5, 0);
    expect(sources['replayed requests']![0]!.lines.length).toBeGreaterThan(0);
    expect(numbers.find(({ path }) => path === 'configurations[0].n')!.derived).toBe(5);
  });

  it('finds a counter that was changed', async () => {
    const folder = folderOf(pacedSweep());
    const before = (await auditPath(folder)).numbers;
    const lines = readFileSync(eventsFile(folder), 'utf8').trimEnd().split('\n');
    const i = lines.findLastIndex((line) => line.includes('"paced":{"requests"'));
    const event = JSON.parse(lines[i]!) as Extract<RunEvent, { type: 'trial.window' }>;
    event.end.counters[0]! += 1e9;
    lines[i] = JSON.stringify(event);
    writeFileSync(eventsFile(folder), `${lines.join('\n')}\n`);
    const after = (await auditPath(folder)).numbers;
    const value = (all: typeof before) => all.find(({ path }) => path === 'verdict.paced.saving.percent')!.derived!;
    expect(value(after)).not.toBeCloseTo(value(before), 2);
  });
});
