import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sourceLabel } from '../../../src/core/power/sourceLabel';
import { eventsFile } from '../../../src/runs/folders';
import { loadRun } from '../../../src/runs/runFolder';
import { sweep, toLines } from '../../support/runEvents';

const folderOf = (change: (event: Record<string, unknown>) => unknown) => {
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-later-'));
  writeFileSync(eventsFile(folder), toLines(sweep().map((e) => change(structuredClone(e)) as never)));
  return folder;
};

it('reads a source and a domain of a kind that this program does not know', () => {
  const { run } = loadRun(
    folderOf((event) => {
      const source = event['source'] as { kind: string; domains: { kind: string }[] } | undefined;
      if (source) Object.assign(source, { kind: 'nvml' });
      if (source) source.domains[1]!.kind = 'gpu';
      return event;
    }),
  );
  expect(sourceLabel(run.source!)).toBe('MEASURED nvml · 1 package + 1 gpu');
});

it('says of a word that decides the meaning of a line that the program was newer', () => {
  const folder = folderOf((event) => (event['type'] === 'session.ended' ? { ...event, reason: 'paused' } : event));
  expect(() => loadRun(folder)).toThrow('session.ended.reason "paused" was made by a newer program than this one');
  const other = folderOf((event) => (event['type'] === 'session.ended' ? { ...event, reason: 7 } : event));
  expect(() => loadRun(other)).toThrow(/session\.ended\.reason: (?!.*newer)/);
});
