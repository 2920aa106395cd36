import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../../src/machine/clock';
import { zones } from './faultyRun';

/**
 * A powercap tree that is a file system (FUSE): its watts are constant, and the reads of a counter fail with an error of the
 * kernel's, also in files that are open. It belongs to the larger test data (tools/energy-lab beside it).
 */
const lab = resolve(process.env.GREENBATCH_FIXTURES ?? '../shared/data', '../tools/energy-lab/rapl-facsimile');
export const facsimileMissing = !existsSync(join(lab, 'up')) || !existsSync('/dev/fuse') || process.getuid?.() !== 0;

const errors = { EIO: 5, EACCES: 13, ENODEV: 19 } as const;
export type ReadError = keyof typeof errors;

export type Facsimile = ReturnType<typeof startFacsimile>;

/** What it is built with; needs root and minutes at most. */
export function installFacsimile(): void {
  const packages = ['gcc', 'libc6-dev', 'pkg-config', 'libfuse3-dev', 'fuse3'];
  execFileSync('apt-get', ['update'], { stdio: 'ignore' });
  execFileSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { stdio: 'ignore' });
}

export function startFacsimile() {
  const home = mkdtempSync(join(tmpdir(), 'greenbatch-facsimile-'));
  const env = { ...process.env, ENERGY_LAB_HOME: home };
  const power = ['--idle-w', '100', '--busy-w', '0', '--dram-idle-w', '20', '--dram-busy-w', '0'];
  const tree = execFileSync(join(lab, 'up'), ['fuse', ...power], { env, encoding: 'utf8' }).trim();
  const record: { kind: ReadError; ids: string[]; fromMs: number; toMs: number | null }[] = [];
  const say = (ids: readonly string[], error: number) =>
    writeFileSync(join(tree, 'ctl'), ids.map((id) => `fail ${error} ${zones.indexOf(id)}\n`).join(''));
  return {
    root: join(tree, 'class/powercap'),
    watts: Object.fromEntries(zones.map((id) => [id, id.startsWith('dram') ? 20 : 100])),
    /** Until what it gives back is called. */
    failing(kind: ReadError, ids: string[]): () => void {
      const fault = { kind, ids, fromMs: monotonicMs(), toMs: null as number | null };
      record.push(fault);
      say(ids, errors[kind]);
      return () => {
        say(ids, 0);
        fault.toMs = monotonicMs();
      };
    },
    record: () => record,
    async stop() {
      execFileSync(join(lab, 'down'), { env, stdio: 'ignore' });
      // A mount that is let go of may take a moment.
      for (let i = 0; i < 50 && existsSync(join(tree, 'truth')); i++) await sleep(20);
      rmSync(home, { recursive: true, force: true });
    },
  };
}
