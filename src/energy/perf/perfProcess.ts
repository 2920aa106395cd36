import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { monotonicMs } from '../../machine/clock';
import { makeNamedPipes, type NamedPipe } from '../../machine/namedPipe';
import { pause } from '../../machine/pause';
import { identityOf } from '../../machine/processIdentity';
import { errorCode } from '../../machine/smallFile';
import { createPerfTicks, type Counted, type Tick } from './perfTicks';

/** How perf prints, and whether it can be told to stop and go on counting. */
export type PerfForm = { form: string; control: boolean };

/** Shortest interval that no version of perf warns of or refuses. */
export const everyMs = 100;
/** perf acknowledges in less than a millisecond and prints ten times a second; one that says nothing for so long is not waited for any more. */
const patienceMs = 2000;
/** Its start opens an event on each socket, and may wait for a busy disk. */
const startPatienceMs = 10_000;

/** A `perf stat` that counts the whole machine. It ends with this process, however that ends. */
export type PerfProcess = {
  /** Intervals printed since the call before, without waiting; null once it has failed. */
  printed(): PrintedTick[] | null;
  /** The next interval that it prints; null where it does not. Waits up to an interval. */
  next(): PrintedTick | null;
  /** Tells it to stop counting, or to go on; when that was told and when it was acknowledged. null where it does not answer. */
  command(word: 'disable' | 'enable'): { fromMs: number; toMs: number } | null;
  close(): void;
};

/** The end of its interval on our clock, later by at most `tickDelayMs` than it was. */
export type PrintedTick = Tick & { monotonicMs(): number };

/**
 * What perf takes to print an interval and this program to see it, of the quickest since the start: measured .2 to .4 ms. Seconds
 * are perf's, and its start on our clock is known by that interval.
 */
export const tickDelayMs = 2;
/** Of so many the quickest was not held up, if perf cannot be told to stop and its intervals are all that there is to go by. */
const ticksToTime = 5;

/** Why there is no perf: `code` is errno's name where the program or its pipes cannot be had, else `said` is what it printed before it ended. */
export type PerfStartProblem = { code: string | null; said: string };

/** GREENBATCH_PERF, else the first `perf` on the PATH. */
export const perfProgram = (env: NodeJS.ProcessEnv): string => env.GREENBATCH_PERF || 'perf';

/**
 * Starts `perf stat -a` for these events and waits for the first interval. Standard input of what perf runs (`cat`) is a pipe from
 * this process: when that is closed, by whatever end of this process, cat ends, and so does perf.
 */
export function startPerf(
  counted: readonly Counted[],
  { form, control }: PerfForm,
  env: NodeJS.ProcessEnv = process.env,
): PerfProcess | PerfStartProblem {
  const opened: { close(): void }[] = [];
  const closeAll = () => {
    for (const one of opened.splice(0)) one.close();
  };
  try {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'greenbatch-perf-'));
    // Once perf has opened what is in it nobody needs its name any more: a kill leaves nothing behind.
    const removeFolder = { close: () => rmSync(folder, { recursive: true, force: true }) };
    opened.push(removeFolder);
    const names = ['printed', 'control', 'acknowledged'].map((name) => path.join(folder, name));
    const [output, controls, acks] = makeNamedPipes(names) as [NamedPipe, NamedPipe, NamedPipe];
    opened.push(output, controls, acks);
    const errors = openSync(path.join(folder, 'errors'), 'wx+', 0o600);
    opened.push({ close: () => closeSync(errors) });
    const events = [...new Set(counted.map(({ event }) => event))];
    const child = spawn(
      perfProgram(env),
      [
        ...['stat', '-a', '--per-socket', ...(form === 'json' ? ['-j'] : ['-x,']), '-e', events.join(',')],
        ...['-I', String(everyMs), ...(control ? ['--control', `fifo:${controls.path},${acks.path}`] : [])],
        ...['-o', output.path, '--', 'cat'],
      ],
      {
        stdio: ['pipe', 'ignore', errors],
        // Numbers of one form, whatever a person has set.
        env: { ...env, LC_ALL: 'C', PERF_CONFIG: '/dev/null' },
      },
    );
    opened.push({ close: () => end(child) });
    // It is told by what is read of it, not by events: this thread may never come to them.
    for (const one of [child, child.stdin!]) one.on('error', () => undefined);
    child.unref();
    (child.stdin as unknown as { unref(): void }).unref();
    const perf = follow({ output, controls, acks }, createPerfTicks(counted, form), child.pid ?? null);
    let last = child.pid === undefined ? null : perf.next(startPatienceMs);
    for (let i = 1; i < ticksToTime && !control && last !== null; i++) last = perf.next();
    if (last === null || (control && !(perf.command('disable') && perf.command('enable')))) {
      const said = readAll(errors);
      closeAll();
      return { code: child.pid === undefined ? 'ENOENT' : null, said };
    }
    removeFolder.close();
    return { ...perf, close: closeAll };
  } catch (error) {
    closeAll();
    return { code: errorCode(error), said: error instanceof Error ? error.message : String(error) };
  }
}

function follow(
  { output, controls, acks }: Record<'output' | 'controls' | 'acks', NamedPipe>,
  ticks: ReturnType<typeof createPerfTicks>,
  pid: number | null,
) {
  /** Our clock at perf's second 0, or a little later: the least that was seen. */
  let startMs = Number.POSITIVE_INFINITY;
  let hasFailed = false;
  let waiting: PrintedTick[] = [];
  const fail = () => {
    hasFailed = true;
    return null;
  };
  /** Takes in all there is. */
  const drain = (): void => {
    try {
      for (let text = output.read(); text !== ''; text = output.read())
        for (const tick of ticks.add(text)) {
          startMs = Math.min(startMs, monotonicMs() - tick.seconds * 1000);
          waiting.push({ ...tick, monotonicMs: () => startMs + tick.seconds * 1000 });
        }
    } catch {
      fail();
    }
  };
  /** Waits until `found` gives something; null where that takes too long, or perf has ended. */
  const wait = <T>(found: () => T | null | undefined, forMs: number, stepMs: number): T | null => {
    const beganMs = monotonicMs();
    let checkedMs = beganMs;
    while (!hasFailed) {
      const value = found();
      if (value !== null && value !== undefined) return value;
      const nowMs = monotonicMs();
      if (nowMs - beganMs > forMs) break;
      if (nowMs - checkedMs > 20) {
        checkedMs = nowMs;
        if (pid === null || identityOf(pid).startTicks === null) break;
      }
      pause(stepMs);
    }
    return fail();
  };
  return {
    printed() {
      drain();
      if (hasFailed) return null;
      const all = waiting;
      waiting = [];
      return all;
    },
    next: (forMs = patienceMs) =>
      wait(
        () => {
          drain();
          return waiting.shift();
        },
        forMs,
        0.2,
      ),
    command(word: 'disable' | 'enable') {
      if (hasFailed) return null;
      acks.read();
      let answer = '';
      const fromMs = monotonicMs();
      if (!controls.write(`${word}\n`)) return fail();
      const toMs = wait(
        () => {
          answer += acks.read();
          if (answer.includes('ack')) return monotonicMs();
          // One that cannot print, for the pipe is full, does not listen either.
          drain();
          return null;
        },
        patienceMs,
        0.05,
      );
      return toMs === null ? null : { fromMs, toMs };
    },
  };
}

/** Without perf cat ends by its input; perf is not asked, for one that hangs would not hear it. */
function end(child: ChildProcess): void {
  child.stdin?.destroy();
  if (child.pid !== undefined) child.kill('SIGKILL');
}

function readAll(fd: number): string {
  const buffer = Buffer.alloc(16_384);
  return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, 0)).trim();
}
