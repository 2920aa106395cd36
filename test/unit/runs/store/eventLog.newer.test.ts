import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sourceLabel } from '../../../../src/core/energy/sourceLabel';
import { eventsFile } from '../../../../src/runs/store/folders';
import { loadRun } from '../../../../src/runs/store/runFolder';
import { sweep, toLines } from '../../../support/runEvents';

const folderOf = (change: (event: Record<string, unknown>) => unknown) => {
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-later-'));
  writeFileSync(eventsFile(folder), toLines(sweep().map((e) => change(structuredClone(e)) as never)));
  return folder;
};

it('reads a part of a kind and from a source that this program does not know', () => {
  const { run } = loadRun(
    folderOf((event) => {
      const source = event['source'] as { parts: { kind: string; source: string }[] } | undefined;
      if (source) Object.assign(source.parts[1]!, { kind: 'gpu', source: 'nvml' });
      return event;
    }),
  );
  expect(sourceLabel(run.source!)).toBe('MEASURED powercap + nvml · 1 package + 1 gpu');
});

it('says of a word that decides the meaning of a line that the program was newer', () => {
  const folder = folderOf((event) => (event['type'] === 'session.ended' ? { ...event, reason: 'paused' } : event));
  expect(() => loadRun(folder)).toThrow('session.ended.reason "paused" was made by a newer program than this one');
  const other = folderOf((event) => (event['type'] === 'session.ended' ? { ...event, reason: 7 } : event));
  expect(() => loadRun(other)).toThrow(/session\.ended\.reason: (?!.*newer)/);
});

it('reads labels that only a later program knows, and shows them as they are', () => {
  const later: Record<string, object> = {
    'trial.failed': { reason: 'thermal' },
    'configuration.skipped': { reason: 'licence' },
    'model.ready': { input: 'bfloat16' },
    step: { step: 'cooling' },
  };
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-labels-'));
  const known = [
    { type: 'step', at: 4, step: 'idle', detail: '' },
    { type: 'model.ready', at: 4, model: 'm', sha256: 's', parameters: null, gflops: null, input: null },
    {
      ...{ type: 'configuration.skipped', at: 4, configuration: 'b4', reason: 'memory', message: 'why' },
      ...{ neededBytes: null, availableBytes: null },
    },
    { type: 'trial.failed', at: 1e6, trial: 10, reason: 'exit', message: 'gone', signal: null, exitCode: 1 },
  ];
  const lines = known.map((event) => ({ ...event, ...later[event.type] }));
  writeFileSync(eventsFile(folder), toLines([...sweep(), ...lines] as never));
  const { run } = loadRun(folder);
  expect(run.skipped.get('b4')?.reason).toBe('licence');
  expect(run.models[0]?.input).toBe('bfloat16');
  expect(run.step?.step).toBe('cooling');
  expect(run.trials.find((t) => t.trial === 10)?.failure?.reason).toBe('thermal');
});

it('takes a moment that no clock shows for damage, not for a date', () => {
  for (const at of [1e300, -1, 9e15]) {
    const folder = folderOf((event) => (event['type'] === 'run.created' ? { ...event, at } : event));
    expect(() => loadRun(folder), String(at)).toThrow('run.created.at');
  }
});
