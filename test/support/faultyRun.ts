import { type Failure, failureCodes } from '../../src/core/failure/failure';
import type { Window } from '../../src/core/run/fold';
import { idleBaseline } from '../../src/core/values/idleBaseline';
import { windowValue } from '../../src/core/values/windowValue';
import { isRunning } from '../../src/machine/processIdentity';
import { followRun, type LoadedRun, loadRun } from '../../src/runs/store/runFolder';
import { makeBench, quickSpec, runFolderIn, until } from './greenbatch';
import type { PowercapDriver } from './powercapTree';

/** A run on two sockets whose watts are known, to which something happens: what of its numbers is then right, and what has to be named. */

export const zones = ['package-0', 'dram-0', 'package-1', 'dram-1'];
export const windowSeconds = 1;
export const wantedRepeats = 2;

/** The edges are right to a tick of the driver (1 ms; what came later than 4 ms it tells) and half a slow reading. */
const edgeMs = 4 + 0.25;
/** Two ripples of 2 mJ for each zone. */
const rippleJoules = 4 * 0.004;
/**
 * A standstill of so long may be believed: as docs/measurement.md has it, seen by readings 100 ms apart, of which the one
 * before and the one after it may be as late as that.
 */
const believedSeconds = (id: string, seconds: number) =>
  Math.min(id.startsWith('dram') ? 1.2 : 0.5, Math.max(0.15, seconds / 4)) + 0.2;

/** What happened to counters, or that the driver was late itself. */
type Happening = { kind: string; ids?: string[]; fromMs: number; toMs: number | null };
/** Two sockets whose counters something can happen to. */
export type FaultyDriver = Pick<PowercapDriver, 'root' | 'watts' | 'stop'> & { record(): Happening[] };

export type FaultyRun<D extends FaultyDriver = FaultyDriver> = {
  bench: ReturnType<typeof makeBench>;
  driver: D;
  folder: string;
  engine: LoadedRun['run']['sessions'][number]['start']['engine'];
  /** Ends the run and the driver, and removes all. */
  end(): Promise<void>;
};

/** Starts one; it goes on by itself. @param out its folder, where it is not to lie in the workspace */
export async function startFaultyRun<D extends FaultyDriver>(
  driver: D,
  bench = makeBench(),
  out?: string,
): Promise<FaultyRun<D>> {
  const spec = quickSpec(
    { batchSizes: [1] },
    {
      ...{ source: 'powercap', powercapRoot: driver.root, windowSeconds, warmupSeconds: 0.05, idleSeconds: 0.5 },
      repeats: { min: wantedRepeats, max: wantedRepeats },
    },
  );
  const args = ['run', bench.writeSpec(spec), '--detach', ...(out === undefined ? [] : ['--out', out])];
  const started = await bench.run(args);
  if (started.code !== 0) throw new Error(started.stderr);
  const folder = runFolderIn(started.stdout);
  return {
    ...{ bench, driver, folder, engine: loadRun(folder).run.sessions[0]!.start.engine },
    async end() {
      await bench.run(['stop', folder]);
      await driver.stop();
      bench.remove();
    },
  };
}

/** Waits for the beginning of a trial's window. */
export async function windowOf(folder: string, trial: number, engine: FaultyRun['engine']): Promise<void> {
  const follower = followRun(folder);
  await until(() => {
    follower.poll();
    const last = follower.run()?.trials.at(-1);
    return !isRunning(engine) || (last && (last.trial > trial || (last.trial === trial && last.phase === 'window')));
  });
}

export const finishedIn = (folder: string) => loadRun(folder).run.trials.filter((t) => t.state === 'finished');

/** Processes that were stopped by a signal, and when. */
export type Stopped = { pids: number[]; fromMs: number; toMs: number };

type Span = { fromMs: number; toMs: number };
const overlapMs = (a: Span, b: Span) => Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs);
const spanOf = ({ start, end }: Pick<Window, 'start' | 'end'>): Span => ({
  fromMs: start.monotonicMs,
  toMs: end.monotonicMs,
});

/** What is wrong with what the run says, by what its counters and processes went through. */
export function problemsOf(loaded: LoadedRun, kind: string, driver: FaultyDriver, stopped?: Stopped): string[] {
  const { run, samples } = loaded;
  const record = lastOfEach(driver.record());
  const problems: string[] = [];
  const judge = (name: string, span: Span, joules: number) => {
    const allowed = allowedJoules(span, record, driver.watts);
    if (joules >= allowed.low && joules <= allowed.high) return;
    problems.push(
      `${name}: ${joules.toFixed(2)} J, not within ${allowed.low.toFixed(2)} to ${allowed.high.toFixed(2)} J`,
    );
  };
  const name = (what: string, failure: { code?: string | undefined; message?: string; reason?: string }) => {
    const known =
      failure.code !== undefined && Object.hasOwn(failureCodes, failure.code) && failure.code !== 'unexpected';
    if (!known || !failure.message) problems.push(`${what}: no name: ${JSON.stringify(failure)}`);
  };
  for (const trial of run.trials) {
    const values = trial.windows.map((window) => ({ window, value: windowValue(run, trial, window, samples) }));
    for (const { window, value } of values) {
      const title = `window of trial ${trial.trial} (${trial.state})`;
      const span = spanOf(window);
      if (value.valid) judge(title, span, value.joules);
      else if (value.message === '' || !isExpected(value.reason, kind, span, record))
        problems.push(`${title}: invalid without a cause: ${value.message}`);
      if (value.valid && stopped && trial.processes.some(({ pid }) => stopped.pids.includes(pid)))
        if (overlapMs(stopped, span) > 450) problems.push(`${title}: stood still, and counts`);
    }
    if (trial.failure) {
      name(`trial ${trial.trial}`, trial.failure);
      const mayDie = kind.startsWith('kill') || kind === 'full disk';
      if (trial.failure.reason !== 'invalid' && !mayDie)
        problems.push(`trial ${trial.trial}: ${trial.failure.message}`);
    }
  }
  for (const session of run.sessions) {
    const valid = idleBaseline(run, samples).windows.filter((window) => window.session === session.session);
    for (const { beforeBlock, watts } of valid) {
      const span = spanOf(session.idles.find((idle) => idle.beforeBlock === beforeBlock)!);
      judge(`the machine at rest before block ${beforeBlock}`, span, (watts * (span.toMs - span.fromMs)) / 1000);
    }
    if (session.end?.reason === 'failed') name(`session ${session.session}`, session.end as Partial<Failure>);
  }
  return problems;
}

/** A fault stands in the record when it begins and when it has ended: what is known last. */
export const lastOfEach = (record: Happening[]) => [
  ...new Map(record.map((r) => [`${r.kind} ${r.fromMs}`, { ...r, toMs: r.toMs ?? Infinity }])).values(),
];
type Happened = ReturnType<typeof lastOfEach>[number];

function allowedJoules(span: Span, record: Happened[], watts: Record<string, number>): { low: number; high: number } {
  const seconds = (span.toMs - span.fromMs) / 1000;
  const total = Object.values(watts).reduce((sum, w) => sum + w, 0);
  const late = (ms: number) =>
    Math.max(
      0,
      ...record.filter((r) => r.kind === 'late' && r.fromMs <= ms && r.toMs >= ms).map((r) => r.toMs - r.fromMs),
    );
  const edges = ((2 * edgeMs + late(span.fromMs) + late(span.toMs)) / 1000) * total + rippleJoules;
  let hidden = 0;
  for (const r of record) {
    if (r.kind !== 'freeze' || overlapMs(r, span) < -edgeMs) continue;
    for (const id of r.ids ?? [])
      hidden += watts[id]! * Math.min((r.toMs - r.fromMs) / 1000, believedSeconds(id, seconds));
  }
  return { low: seconds * total - edges - hidden, high: seconds * total + edges + hidden };
}

/** Windows are refused for the fault alone, or for what a busy machine did to them. */
function isExpected(reason: string, kind: string, span: Span, record: Happened[]): boolean {
  if (reason === 'stood-still' || reason === 'asleep') return true;
  const reach = reason === 'dead' ? 1500 : 300;
  const near = record.filter((r) => overlapMs(r, span) > -reach);
  if (near.some((r) => r.kind === 'late' && r.toMs - r.fromMs > 100)) return true;
  const reasons: Record<string, string[]> = {
    freeze: ['dead', 'implausible'],
    jump: ['backwards', 'implausible', 'gap'],
  };
  return near.some((r) => (reasons[r.kind] ?? ['unreadable', 'dead', 'gap']).includes(reason)) && kind !== 'wrap';
}
