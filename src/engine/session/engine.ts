import { isSatisfied } from '../../core/analysis/verdict/stopping';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes } from '../../core/failure/exitCodes';
import { ExpectedError, failureOf } from '../../core/failure/expectedError';
import { type Failure, failureCodes } from '../../core/failure/failure';
import { failureLine } from '../../core/failure/failureLine';
import { noted } from '../../core/run/conditions';
import { editorVariable } from '../../core/run/editor';
import { type EventOf, type NewEvent, type PowerHeader, runFormatVersion } from '../../core/run/events';
import { estimateSeconds, heatSecondsFor } from '../../core/run/duration';
import { blocksToAdd } from '../../core/run/addedBlocks';
import { foldRun, type Run } from '../../core/run/fold';
import { termsOf } from '../../core/report/report';
import { configurationResults } from '../../core/values/trialValue';
import { openInstruments } from '../../energy/instruments';
import { openSource } from '../../energy/openSource';
import { startSampler } from '../../energy/sampler/sampler';
import { limitWindowSeconds, sourceSettings, sustainedWatts } from '../../energy/sourceSettings';
import { chameleonNode } from '../../machine/chameleonNode';
import { privateFolder } from '../../machine/privateFolder';
import { cutTornLine, readEvents } from '../../runs/store/eventLog';
import { cacheFolder, eventsFile, powerFile } from '../../runs/store/folders';
import { isLock, type LockHolder, takeMeasuringLock } from '../../runs/ownership/measuringLock';
import { type HeldLease, takeLease } from '../../runs/ownership/takeLease';
import { workloadNamed } from '../../workloads/workloadNamed';
import { openMachineState } from '../../machine/machineState';
import { usableCpus } from '../../machine/topology';
import { openProcessClock } from '../../machine/processTime';
import { measureBlocks, withoutAnyTrial } from './blocks';
import { type Measuring, openMeasuring, type Side } from './measuring';
import { openLooks } from './looks';
import { nextSession, openRun, type OpenRun } from './openRun';
import { monotonicMs } from '../../machine/clock';
import { refuseOtherSource } from './otherSource';
import { prepare } from './preparation';
import { type Program, type RunTrial, runTrialProcess } from '../trial/host';
import { runPaced } from '../trial/paced';
import { runTogether } from '../trial/together';
import { runWholeProcesses } from '../trial/wholeProcesses';

/**
 * Measures what is missing of the run in each of these folders, from its log: a new run from the start, a stopped
 * one from the repeat that is missing, and so many blocks more where they are asked for. Ends with `session.ended` unless it is killed.
 *
 * @param folders of one run, or of two that are interleaved: both are measured in one session
 * @returns exit code (`exitCodes`)
 * @throws ExpectedError `busy` when another run measures
 */
export async function runEngine(
  folders: readonly string[],
  program: Program,
  { addBlocks = null }: { addBlocks?: number | null } = {},
): Promise<number> {
  const stop = new AbortController();
  // The first request finishes the log; SIGHUP is nobody's wish (a closed terminal) and is ignored.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  process.on('SIGHUP', () => undefined);

  const runs = folders.map((folder) => ({ folder, ...foldRun(readEvents(eventsFile(folder)).events) }));
  requirePair(runs);
  const name = runs.map((run) => run.name).join(' and ');
  const lock = await takeMeasuringLock({ run: folders[0]!, name, pid: process.pid, since: Date.now() });
  if (!isLock(lock)) {
    throw busyWith(lock);
  }
  const leases: HeldLease[] = [];
  try {
    // The lock is this machine's; the leases keep out the others that share the folders. Only a run of before can be resumed by two.
    for (const { folder, sessions } of runs)
      leases.push(await takeLease(folder, { session: nextSession(sessions), contested: sessions.length > 0 }));
    const held = folders.map((folder, i) => ({ folder, lease: leases[i]! }));
    return await runSession(held, program, { stopping: stop, addBlocks });
  } finally {
    for (const lease of leases) await lease.release();
    lock.release();
  }
}

/** One side of a pair alone would leave blocks that have no counterpart. */
function requirePair(runs: readonly (Run & { folder: string })[]): void {
  for (const { runId, folder, created } of runs) {
    const other = created.interleaved?.other.runId;
    if (other === runs.find((run) => run.runId !== runId)?.runId) continue;
    const whole = other === undefined ? 'is no run of a pair' : `is interleaved with ${other}`;
    throw new ExpectedError('run-state', `${runId} ${whole}: go on with "greenbatch run --resume ${folder}"`);
  }
}

/** Who measures at the moment, as a sentence with the way out. */
export const busyWith = (holder: LockHolder) =>
  new ExpectedError(
    'busy',
    `another run measures on this machine: "${holder.name}"${[holder.run, holder.user && `of ${holder.user}`]
      .filter(Boolean)
      .map((part) => ` (${part})`)
      .join(
        '',
      )}; two at once would falsify both. Wait for it, or end it with "greenbatch stop${holder.run ? ` ${holder.run}` : ''}"`,
  );

async function runSession(
  held: readonly { folder: string; lease: HeldLease }[],
  program: Program,
  { stopping, addBlocks }: { stopping: AbortController; addBlocks: number | null },
): Promise<number> {
  const stop = stopping.signal;
  let broken: unknown = null;
  const breakOff = (error: unknown) => {
    broken ??= error;
    stopping.abort();
  };
  const runs = held.map(({ folder, lease }) => openRun(folder, lease, breakOff));
  const added = addBlocks === null ? null : runs.map((open) => blocksToAdd(open.run, addBlocks, isSatisfiedNow(open)));
  /** What both must agree on is asked of the first (`sharedMeasureProblems`). */
  const { measure } = runs[0]!.run.spec;
  const ofSources = () => sourceSettings({ measure, env: process.env });
  // Asked early, and waited for nowhere.
  const node = chameleonNode();
  const noteAll = (event: NewEvent) => runs.forEach(({ note }) => note(event));
  let close = async () => {};
  const finish = async (ends: readonly End[]) => {
    // Whoever reads that the session has ended looks no more for samples.
    await close();
    runs.forEach((open, i) => open.end(ends[i]!));
    return ends.find(({ exitCode }) => exitCode !== exitCodes.ok)?.exitCode ?? exitCodes.ok;
  };
  const finishAll = (end: End) => finish(runs.map(() => end));
  beginAll(runs, { ...ofSources(), ...node.known });
  try {
    void node.asked?.then((environment) => environment && noteAll({ type: 'environment.known', environment }));
    held.forEach(({ lease }, i) => lease.keep((why) => runs[i]!.warn(noted.lease(why)), breakOff));
    // Before all that may fail: whoever resumes the run then goes on to the same end.
    runs.forEach(({ record }, i) => added?.[i] && record(added[i], true));
    const looks = openLooks(ofSources);
    const planned = runs.map(({ run }) => estimateSeconds(run.spec, run.configurations).leastSeconds);
    const look = await looks.start(
      planned.reduce((sum, seconds) => sum + seconds, 0),
      stop,
    );
    for (const { record } of runs) record({ type: 'machine.looked', ...look });
    const { source, reader } = await openSource(measure, process.env);
    for (const { run } of runs) refuseOtherSource(run, source);
    for (const { record } of runs) record({ type: 'source.opened', source });
    const cache = privateFolder(cacheFolder());

    for (const { folder } of runs) cutTornLine(powerFile(folder));
    const header: Omit<PowerHeader, 'session'> = {
      version: runFormatVersion,
      wallOffsetMs: Date.now() - monotonicMs(),
      domains: source.parts.map((part) => part.id),
    };
    const sampler = await startSampler({
      programPath: program.script,
      // One thread reads for all: what measuring takes is the same as for one run.
      files: runs.map(({ folder, session }) => ({ file: powerFile(folder), header: { ...header, session } })),
      source,
      onProblem: (message) => runs.forEach(({ warn }) => warn(noted.sampler(message))),
      // Without its readings a counter that stands still, or a wrap, could pass.
      onEnd: (message) =>
        breakOff(
          new ExpectedError(
            'source-lost',
            `${message}: power is no longer recorded. Every finished repeat is kept: resume the run`,
          ),
        ),
    });
    const machine = openMachineState();
    const editorPid = Number(process.env[editorVariable]);
    const editor = Number.isSafeInteger(editorPid) && editorPid > 0 ? openProcessClock(editorPid) : null;
    close = async () => {
      close = async () => {};
      await sampler.stop();
      reader.close();
      machine.close();
    };
    const runTrialOf =
      (runFolder: string): RunTrial =>
      (job, { cpus, onStart, ...options }) =>
        job.kind === 'measure' && (job.wholeProcess || job.instances > 1)
          ? (job.wholeProcess ? runWholeProcesses : runTogether)({ program, runFolder, reader, machine }, job, {
              cpus,
              onStart,
              ...options,
            })
          : runTrialProcess(program, runFolder, job, {
              ...options,
              cpus: cpus?.[0] ?? null,
              onStart: (pid) => onStart([pid]),
            });
    const shared = {
      ...{ machine, looks, reader, source, stop, cacheFolder: cache },
      sleep: async (seconds: number) =>
        void (await sleep(seconds * 1000, null, { signal: stop }).catch(() => undefined)),
      heatSeconds: heatSecondsFor(limitWindowSeconds({ measure, env: process.env })),
      sustainedWatts: sustainedWatts({ measure, env: process.env }),
      usableCpus: usableCpus(),
      flushSamples: () => sampler.flush(),
      ownCpu() {
        const { user, system } = process.cpuUsage();
        return {
          engineSeconds: (user + system) / 1e6,
          samplerSeconds: sampler.cpuSeconds(),
          editorSeconds: editor?.cpuSeconds() ?? null,
        };
      },
    } satisfies Partial<Measuring>;
    const sides: Side[] = [];
    for (const open of runs) {
      const { run, session, record, baseFolder, earlier } = open;
      const m = openMeasuring({
        ...{ ...shared, run, session, record, baseFolder, runTrial: runTrialOf(open.folder) },
        replay: (job, options) => runPaced({ program, runFolder: open.folder, reader, machine }, job, options),
        samples: (of, fromMs, toMs) =>
          of === session ? sampler.samplesBetween(fromMs, toMs) : earlier(of, fromMs, toMs),
      });
      sides.push({ m, prepared: await blamed(open, () => prepare(m, workloadNamed(run.workload.name))) });
      if (stop.aborted) break;
    }
    const instruments = () => openInstruments(source, { measure, env: process.env });
    const messages = stop.aborted ? [] : await measureBlocks(sides, instruments);
    if (broken !== null) throw broken;
    if (stop.aborted) return await finishAll(stoppedOnRequest);
    return await finish(sides.map(({ m }, i) => endOfBlocks(m, messages[i] ?? '')));
  } catch (error) {
    if (stop.aborted && broken === null) return await finishAll(stoppedOnRequest);
    return await finish(failedEnds(runs, broken ?? error));
  } finally {
    for (const open of runs) open.close();
  }
}

type End = Pick<EventOf<'session.ended'>, 'reason' | 'exitCode' | 'message'> & Partial<Failure>;

const stoppedOnRequest: End = {
  ...{ reason: 'interrupted', exitCode: exitCodes.interrupted },
  message: 'stopped on request; every finished repeat is kept',
};

/** Of two runs one may have measured nothing, and the other all. */
function endOfBlocks({ run }: Measuring, message: string): End {
  const failure = withoutAnyTrial(run);
  return failure === null ? { reason: 'complete', exitCode: exitCodes.ok, message } : failedEnd(failureOf(failure));
}

const failedEnd = (failure: ReturnType<typeof failureOf>): End => ({
  ...{ reason: 'failed', exitCode: failureCodes[failure.code].exitCode, ...failure },
});

/** A failure that is one run's own, in a session of two. */
class FailureOfRun extends Error {
  constructor(
    readonly open: OpenRun,
    override readonly cause: unknown,
  ) {
    super('', { cause });
  }
}

async function blamed<T>(open: OpenRun, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new FailureOfRun(open, error);
  }
}

/** What fails in one run ends the other too, whose log says so. */
function failedEnds(runs: readonly OpenRun[], error: unknown): End[] {
  const [cause, guilty] = error instanceof FailureOfRun ? [error.cause, error.open] : [error, null];
  const [failure] = runs.map((open) => open.failureOf(cause));
  if (failure!.code === 'unexpected') process.stderr.write(`${failureLine(failure!, stackOf(cause))}\n`);
  return runs.map((open) => {
    const own = open.failureOf(cause);
    if (guilty === null || guilty === open) return failedEnd(own);
    const message = `"${guilty.run.name}", which this run is interleaved with, has failed: ${own.message}`;
    return failedEnd({ ...own, message });
  });
}

/** All or none: a session that has begun in one log alone is ended there. */
function beginAll(runs: readonly OpenRun[], known: Record<string, unknown>): void {
  const begun: OpenRun[] = [];
  try {
    for (const open of runs) {
      open.begin(known);
      begun.push(open);
    }
  } catch (error) {
    for (const open of begun) open.end(failedEnd(open.failureOf(error)));
    throw error;
  }
}

function isSatisfiedNow({ run, earlier }: OpenRun): boolean {
  return isSatisfied(configurationResults(run, earlier), termsOf(run), [...run.settled.keys()]);
}

const stackOf = (error: unknown) => (error instanceof Error ? error.stack : undefined);
