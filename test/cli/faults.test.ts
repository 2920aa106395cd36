import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import type { Trial } from '../../src/core/run/fold';
import { configurationResults } from '../../src/core/values/trialValue';
import { monotonicMs } from '../../src/machine/clock';
import { isRunning } from '../../src/machine/processIdentity';
import { eventsFile, powerFile } from '../../src/runs/store/folders';
import { loadRun } from '../../src/runs/store/runFolder';
import {
  type FaultyRun,
  finishedIn,
  lastOfEach,
  problemsOf,
  startFaultyRun,
  type Stopped,
  wantedRepeats,
  windowOf,
  windowSeconds,
  zones,
} from '../support/faultyRun';
import { makeBench, until } from '../support/greenbatch';
import { type CounterFault, type PowercapDriver, startPowercapDriver } from '../support/powercapTree';
import { repeats } from '../support/repeats';

/**
 * A fault at a random moment of a run on two sockets whose watts are known: no wrong number, no repeat lost, everything named,
 * and the run ends complete, if need be by `run --resume`. Each case has a seed; one of `npm run test:long` is run again by
 * `GREENBATCH_LONG=1 npx vitest run test/cli/faults.test.ts -t SEED`.
 */

const isRoot = process.geteuid?.() === 0;
const canMount = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0;
const kinds = [
  ...[
    'freeze',
    'freeze and lose',
    'reset',
    'jump anywhere',
    'jump ahead',
    'wrap',
    'garbage',
    'empty',
    'gone',
    'folder',
  ],
  // Root may read everything.
  ...(isRoot ? [] : ['locked']),
  ...['kill trial', 'kill engine', 'kill all', 'stop trial', 'stop engine', 'stop all', 'cut log', 'cut samples'],
  // Root may write everything, but what is mounted.
  ...(isRoot && !canMount ? [] : ['read-only folder']),
  ...(canMount ? ['full disk'] : []),
];
type Kind = string;
const cases = Array.from({ length: repeats(20, 200) }, (_, i) => ({
  seed: 20261128000 + i,
  kind: kinds[i % kinds.length]!,
}));

function run(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

const ranges = (id: string) => (id.startsWith('dram') ? 65_712_999_613 : 262_143_328_850);
/** A jump ahead of less than this may be a peak of power: twice the limit, four times what is seen, for .2 s. */
const leastJumpJoules = 150;

type Random = () => number;
function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  for (let i = 0; i < 8; i++) next();
  return next;
}
const between = (random: Random, low: number, high: number) => low + random() * (high - low);
const oneOf = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)]!;

/** One zone, all of a kind, a socket, or everything. */
const someZones = (random: Random) =>
  oneOf(random, [
    ...zones.map((id) => [id]),
    ...['package', 'dram', '-0', '-1'].map((part) => zones.filter((id) => id.includes(part))),
    zones,
  ]);

type Place = FaultyRun<PowercapDriver> & {
  random: Random;
  /** Where the counters started, microjoules. */
  starts: Record<string, number>;
};

async function begin(random: Random, kind: Kind | null): Promise<Place> {
  const bench = makeBench();
  const starts = Object.fromEntries(zones.map((id) => [id, Math.floor(between(random, 0.1, 0.8) * ranges(id))]));
  if (kind === 'wrap')
    for (const id of someZones(random))
      starts[id] = Math.floor(ranges(id) - (id.startsWith('dram') ? 20e6 : 100e6) * between(random, 1, 8));
  const driver = await startPowercapDriver({ secondPackageMore: 7, faults: true, startOf: starts });
  const disk = join(bench.folder, 'disk');
  if (kind === 'full disk') {
    mkdirSync(disk);
    run('mount', '-t', 'tmpfs', '-o', 'size=256k', 'none', disk);
  }
  const started = await startFaultyRun(driver, bench, kind === 'full disk' ? join(disk, 'run') : undefined);
  return {
    ...{ ...started, random, starts },
    async end() {
      await bench.run(['stop', started.folder]);
      if (kind === 'full disk') run('umount', '-l', disk);
      await started.end();
    },
  };
}

/** Two times out of three somewhere in a window, else anywhere. */
async function randomMoment({ folder, random, engine }: Place): Promise<void> {
  const trial = Math.ceil(between(random, 0, 3));
  const ms = between(random, 0, 1000 * windowSeconds);
  if (random() < 1 / 3) return void (await sleep(7 * ms));
  await windowOf(folder, trial, engine);
  await sleep(ms);
}

/** Processes that the engine has started. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

type Outcome = {
  /** Finished before the fault, and to be there after it. */
  kept: Trial[];
  /** The log was cut in its first line: there is no run any more. */
  isGone?: boolean;
  stopped?: Stopped;
  /** What must say no, and what ends the fault. */
  refused?: boolean;
  heal?: (() => void) | undefined;
};

/** A value that all have, and none of them is near to. */
function awayFrom(starts: Record<string, number>, ids: readonly string[], random: Random): number {
  for (;;) {
    const value = Math.floor(random() * ranges('dram'));
    if (ids.every((id) => Math.abs(value - starts[id]!) > 5e9)) return value;
  }
}

async function counterFault(kind: Kind, { driver, random, starts }: Place): Promise<Outcome> {
  const ids = someZones(random);
  const ms = Math.round(between(random, 50, 1500));
  const jump = (byJoules: number, toMicrojoules: number | null) =>
    driver.fault({ kind: 'jump', ids, byMicrojoules: Math.round(byJoules * 1e6), toMicrojoules });
  if (kind === 'freeze' || kind === 'freeze and lose')
    driver.fault({ kind: 'freeze', ids, ms, isLost: kind === 'freeze and lose' });
  else if (kind === 'reset') jump(0, 0);
  else if (kind === 'jump anywhere') jump(0, awayFrom(starts, ids, random));
  else if (kind === 'jump ahead') jump(leastJumpJoules * (20_000 / leastJumpJoules) ** random(), null);
  else if (kind !== 'wrap') driver.fault({ kind, ids, ms } as CounterFault);
  await sleep(ms + 50);
  return { kept: [] };
}

async function kill(place: Place, who: string): Promise<Trial[]> {
  const { folder, engine } = place;
  const children = childrenOf(engine.pid);
  if (who !== 'engine') signal(children, 'SIGKILL');
  if (who === 'trial') return [];
  signal([engine.pid], 'SIGKILL');
  await until(() => !isRunning(engine), 10);
  const orphans = loadRun(folder).run.trials.filter((t) => t.state === 'running');
  await until(() => orphans.every((t) => t.processes.every((one) => !isRunning(one))), 10);
  return finishedIn(folder);
}

async function stopAndGoOn(place: Place, who: string): Promise<Outcome> {
  const children = childrenOf(place.engine.pid);
  const pids = [...(who === 'engine' ? [] : children), ...(who === 'trial' ? [] : [place.engine.pid])];
  const fromMs = monotonicMs();
  signal(pids, 'SIGSTOP');
  await sleep(between(place.random, 100, 1500));
  const toMs = monotonicMs();
  signal(pids, 'SIGCONT');
  return { kept: [], stopped: { pids, fromMs, toMs } };
}

async function cut(place: Place, file: string): Promise<Outcome> {
  await kill(place, 'engine');
  truncateSync(file, Math.floor(place.random() * (statSync(file).size + 1)));
  const isGone = !readFileSync(eventsFile(place.folder), 'utf8').includes('\n');
  return { kept: isGone ? [] : finishedIn(place.folder), isGone };
}

async function readOnly(place: Place): Promise<Outcome> {
  const { folder, random } = place;
  const files = [eventsFile(folder), powerFile(folder)].filter(existsSync);
  if (isRoot) {
    run('mount', '--bind', folder, folder);
    run('mount', '-o', 'remount,bind,ro', folder);
  } else for (const file of [...files, folder]) chmodSync(file, 0o555);
  const heal = () => {
    if (isRoot) run('umount', '-l', folder);
    else for (const file of [folder, ...files]) chmodSync(file, 0o755);
  };
  const isKilled = random() < 0.6;
  return { kept: isKilled ? await kill(place, 'engine') : [], refused: isKilled, heal };
}

function fillDisk({ bench }: Place): Outcome {
  const filler = join(bench.folder, 'disk', 'filler');
  // As much of it as there is room for.
  spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k']);
  return { kept: [], heal: () => rmSync(filler, { force: true }) };
}

async function inflict(kind: Kind, place: Place): Promise<Outcome> {
  const [what, who] = kind.split(' ') as [string, string];
  if (what === 'kill') return { kept: await kill(place, who) };
  if (what === 'stop') return stopAndGoOn(place, who);
  if (kind === 'cut log') return cut(place, eventsFile(place.folder));
  if (kind === 'cut samples') return cut(place, powerFile(place.folder));
  if (kind === 'read-only folder') return readOnly(place);
  if (kind === 'full disk') return fillDisk(place);
  return counterFault(kind, place);
}

describe.concurrent('a fault at a random moment', { timeout: 180_000 }, () => {
  it.for(cases)('$seed: $kind', async ({ seed, kind }, { expect }) => {
    const random = seeded(seed);
    const place = await begin(random, kind);
    const { bench, driver, folder, engine } = place;
    let outcome: Outcome = { kept: [] };
    try {
      await randomMoment(place);
      outcome = await inflict(kind, place);
      await until(() => !isRunning(engine), 90);
      if (outcome.refused && loadRun(folder).status !== 'complete') {
        const refused = await bench.run(['run', '--resume', folder]);
        expect(refused.code, refused.stderr).not.toBe(0);
        expect(refused.stderr).toMatch(/read-only|EROFS|EACCES|permission/i);
      }
      outcome.heal?.();
      outcome = { ...outcome, heal: undefined };
      if (outcome.isGone) {
        const resumed = await bench.run(['run', '--resume', folder]);
        expect(resumed.code, resumed.stderr).toBe(2);
        expect(resumed.stderr).toContain(folder);
        return;
      }
      let said = '';
      for (let sessions = 1; loadRun(folder).status !== 'complete' && sessions < 4; sessions++)
        said = (await bench.run(['run', '--resume', folder])).stderr;
      const loaded = loadRun(folder);
      expect(loaded.status, said).toBe('complete');
      expect(problemsOf(loaded, kind, driver, outcome.stopped), JSON.stringify(lastOfEach(driver.record()))).toEqual(
        [],
      );
      for (const kept of outcome.kept) {
        // There as it was, and not measured again.
        const { configuration, block, reference } = kept;
        const same = loaded.run.trials.filter(
          (t) =>
            t.state === 'finished' &&
            t.configuration === configuration &&
            t.block === block &&
            t.reference === reference,
        );
        expect(same).toEqual([kept]);
      }
      const counts = configurationResults(loaded.run, loaded.samples).map((c) => c.trials.length);
      expect(counts).toEqual([wantedRepeats]);
    } finally {
      outcome.heal?.();
      await place.end();
    }
  });
});

describe.concurrent('a counter that stands still for 60 % of a window', { timeout: 180_000 }, () => {
  it.for([{ ids: ['package-1'] }, { ids: ['dram-0'] }, { ids: zones }])(
    '$ids: invalid, and measured again',
    async ({ ids }, { expect }) => {
      const place = await begin(seeded(ids.length), null);
      const { driver, folder, engine } = place;
      try {
        await windowOf(folder, 2, engine);
        await sleep(1000 * between(place.random, 0.05, 0.25) * windowSeconds);
        driver.fault({ kind: 'freeze', ids, ms: 600 * windowSeconds, isLost: true });
        await until(() => !isRunning(engine), 60);
        const { run, samples, status } = loadRun(folder);
        expect(status).toBe('complete');
        const failed = run.trials.filter((t) => t.state === 'failed');
        expect(failed.map(({ trial, failure }) => [trial, failure!.reason, failure!.message])).toEqual([
          [
            2,
            'invalid',
            expect.stringMatching(
              new RegExp(`^(${ids.join('|')}): the counter stood still for 0\\.[3-7] of 1\\.\\d s`),
            ),
          ],
        ]);
        expect(problemsOf(loadRun(folder), 'freeze', driver)).toEqual([]);
        expect(configurationResults(run, samples).map((c) => c.trials.length)).toEqual([wantedRepeats]);
      } finally {
        await place.end();
      }
    },
  );
});
