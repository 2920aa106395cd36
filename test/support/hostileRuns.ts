import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventsFile, powerFile, runsFolder } from '../../src/runs/store/folders';
import { created, sessionStarted, toLines } from './runEvents';

/** A run of somebody who wishes us ill, by what is made of its log. */
const hostile: Record<string, (log: string, folder: string) => void> = {
  pipe: (log) => execFileSync('mkfifo', [log]),
  zeros: (log) => symlinkSync('/dev/zero', log),
  'a link to a pipe': (log, folder) => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    symlinkSync(join(folder, 'pipe'), log);
  },
  folder: (log) => mkdirSync(log),
  'a terabyte of nothing': (log) => {
    writeFileSync(log, toLines([created(), ...sessionStarted()]));
    truncateSync(log, 2 ** 40);
  },
  'one endless line': (log) => writeFileSync(log, `{"type":"run.created","name":"${'x'.repeat(60_000_000)}`),
  'a hundred thousand configurations': (log) => {
    const first = created() as Extract<ReturnType<typeof created>, { type: 'run.created' }>;
    const configurations = Array.from({ length: 100_000 }, (_, i) => ({ ...first.configurations[0]!, id: `c${i}` }));
    writeFileSync(log, toLines([{ ...first, configurations }]));
  },
  'a moment that no clock shows': (log) => writeFileSync(log, toLines([{ ...created(), at: 1e300 }])),
  'a session without an engine': (log) =>
    writeFileSync(log, `${toLines([created()])}{"type":"session.started","engine":{"pid":"1"}}\n{"type":"x"}\n`),
  'a power series that is a pipe': (log, folder) => {
    writeFileSync(log, toLines([created(), ...sessionStarted()]));
    execFileSync('mkfifo', [powerFile(folder)]);
  },
};

/** Their ids, which are their folders' names. */
export const hostileRuns = Object.keys(hostile);

/** Puts them among the runs of a workspace. */
export function writeHostileRuns(workspace: string): void {
  for (const [id, make] of Object.entries(hostile)) {
    const folder = join(runsFolder(workspace), id);
    mkdirSync(folder, { recursive: true });
    make(eventsFile(folder), folder);
  }
}
