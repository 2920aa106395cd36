import { type Condition, noted } from '../../core/run/conditions';
import { isSatisfied } from '../../core/analysis/verdict/stopping';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes } from '../../core/failure/exitCodes';
import { ExpectedError, failureOf } from '../../core/failure/expectedError';
import { type Failure, failureCodes } from '../../core/failure/failure';
import { failureLine } from '../../core/failure/failureLine';
import { editorVariable } from '../../core/run/editor';
import { type NewEvent, runFormatVersion } from '../../core/run/events';
import { estimateSeconds, heatSecondsFor } from '../../core/run/duration';
import { blocksToAdd } from '../../core/run/addedBlocks';
import { applyEvent, foldRun, type Run } from '../../core/run/fold';
import { termsOf } from '../../core/report/report';
import type { SampleLookup } from '../../core/values/samples';
import { configurationResults } from '../../core/values/trialValue';
import { openInstruments } from '../../energy/instruments';
import { openSource } from '../../energy/openSource';
import { startSampler } from '../../energy/sampler/sampler';
import { limitWindowSeconds, sourceSettings, sustainedWatts } from '../../energy/sourceSettings';
import { chameleonNode } from '../../machine/chameleonNode';
import { privateFolder } from '../../machine/privateFolder';
import { cutTornLine, openEventLog, readEvents } from '../../runs/store/eventLog';
import { cacheFolder, eventsFile, powerFile, workspaceOf } from '../../runs/store/folders';
import { isLock, type LockHolder, takeMeasuringLock } from '../../runs/ownership/measuringLock';
import { type HeldLease, takeLease } from '../../runs/ownership/takeLease';
import { readPower } from '../../runs/store/powerLog';
import { workloadNamed } from '../../workloads/workloadNamed';
import { openMachineState } from '../../machine/machineState';
import { usableCpus } from '../../machine/topology';
import { openProcessClock } from '../../machine/processTime';
import { identityOf, signalProgram } from '../../machine/processIdentity';
import { lookup } from '../../runs/store/runFolder';
import { measureBlocks, requireAnyTrial } from './blocks';
import { snapshotEnvironment } from './environment';
import { folderFault } from './folderFault';
import { openMeasuring } from './measuring';
import { openLooks } from './looks';
import { monotonicMs } from '../../machine/clock';
import { refuseOtherSource } from './otherSource';
import { prepare } from './preparation';
import { type Program, runTrialProcess } from '../trial/host';
import { runPaced } from '../trial/paced';
import { runTogether } from '../trial/together';
import { runWholeProcesses } from '../trial/wholeProcesses';

/**
 * Measures what is missing of the run in `folder`, from its log: a new run from the start, a stopped
 * one from the repeat that is missing, and so many blocks more where they are asked for. Ends with `session.ended` unless it is killed.
 *
 * @returns exit code (`exitCodes`)
 * @throws ExpectedError `busy` when another run measures
 */
export async function runEngine(
  folder: string,
  program: Program,
  { addBlocks = null }: { addBlocks?: number | null } = {},
): Promise<number> {
  const stop = new AbortController();
  // The first request finishes the log; SIGHUP is nobody's wish (a closed terminal) and is ignored.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  process.on('SIGHUP', () => undefined);

  const { name, sessions } = foldRun(readEvents(eventsFile(folder)).events);
  const lock = await takeMeasuringLock({ run: folder, name, pid: process.pid, since: Date.now() });
  if (!isLock(lock)) {
    throw busyWith(lock);
  }
  try {
    // The lock is this machine's; the lease keeps out the others that share the folder. Only a run of before can be resumed by two.
    const lease = await takeLease(folder, { session: nextSession(sessions), contested: sessions.length > 0 });
    try {
      return await runSession(folder, program, { stopping: stop, lease, addBlocks });
    } finally {
      await lease.release();
    }
  } finally {
    lock.release();
  }
}

const nextSession = (sessions: Run['sessions']) => (sessions.at(-1)?.session ?? 0) + 1;

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
  folder: string,
  program: Program,
  { stopping, lease, addBlocks }: { stopping: AbortController; lease: HeldLease; addBlocks: number | null },
): Promise<number> {
  const stop = stopping.signal;
  const run = foldRun(readEvents(eventsFile(folder)).events);
  const earlier = lookup(readPower(powerFile(folder)));
  const added = addBlocks === null ? null : blocksToAdd(run, addBlocks, isSatisfiedNow(run, earlier));
  const log = openEventLog(eventsFile(folder));
  const record = (event: NewEvent, durable = false) => {
    lease.confirm();
    const written = log.append(event, durable);
    applyEvent(run, written);
    return written;
  };
  endOrphans(run, folder);
  const session = nextSession(run.sessions);
  const { spec } = run;
  const specFile = run.created.specFile;
  const baseFolder = specFile ? dirname(specFile) : folder;
  const ofSources = () => sourceSettings({ measure: spec.measure, env: process.env });
  // Asked early, and waited for nowhere.
  const node = chameleonNode();
  record({
    type: 'session.started',
    version: runFormatVersion,
    session,
    engine: identityOf(process.pid),
    monotonicMs: monotonicMs(),
    environment: snapshotEnvironment(workspaceOf(baseFolder), { ...ofSources(), ...node.known }),
  });

  let hasEnded = false;
  let close = async () => {};
  const finish = async (
    reason: 'complete' | 'interrupted' | 'failed',
    exitCode: number,
    { message, ...failure }: { message: string } & Partial<Failure>,
  ) => {
    // Whoever reads that the session has ended looks no more for samples.
    await close();
    hasEnded = true;
    try {
      record({ type: 'session.ended', session, reason, exitCode, message, ...failure }, true);
    } catch (error) {
      // Nothing can be written any more: engine.log may still take the reason.
      process.stderr.write(`${message}\nthe log could not be finished: ${endOf(error, folder).message}\n`);
    }
    return exitCode;
  };
  let broken: unknown = null;
  const breakOff = (error: unknown) => {
    broken ??= error;
    stopping.abort();
  };
  /** Of what comes at any time: the end of a session is its last line. */
  const note = (event: NewEvent) => {
    if (hasEnded) return;
    try {
      record(event);
    } catch (error) {
      breakOff(error);
    }
  };
  const warn = (condition: Condition) => note({ type: 'warning', ...condition });
  void node.asked?.then((environment) => environment && note({ type: 'environment.known', environment }));
  lease.keep((why) => warn(noted.lease(why)), breakOff);
  try {
    // Before all that may fail: whoever resumes the run then goes on to the same end.
    if (added !== null) record(added, true);
    const workload = workloadNamed(run.workload.name);
    const looks = openLooks(ofSources);
    const planned = estimateSeconds(spec, run.configurations).leastSeconds;
    record({ type: 'machine.looked', ...(await looks.start(planned, stop)) });
    const { source, reader } = await openSource(spec.measure, process.env);
    refuseOtherSource(run, source);
    record({ type: 'source.opened', source });
    const cache = privateFolder(cacheFolder());

    cutTornLine(powerFile(folder));
    const sampler = await startSampler({
      programPath: program.script,
      file: powerFile(folder),
      header: {
        version: runFormatVersion,
        session,
        wallOffsetMs: Date.now() - monotonicMs(),
        domains: source.parts.map((part) => part.id),
      },
      source,
      onProblem: (message) => warn(noted.sampler(message)),
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
    const measuring = openMeasuring({
      run,
      session,
      record,
      runTrial: (job, { cpus, onStart, ...options }) =>
        job.kind === 'measure' && (job.wholeProcess || job.instances > 1)
          ? (job.wholeProcess ? runWholeProcesses : runTogether)({ program, runFolder: folder, reader, machine }, job, {
              cpus,
              onStart,
              ...options,
            })
          : runTrialProcess(program, folder, job, {
              ...options,
              cpus: cpus?.[0] ?? null,
              onStart: (pid) => onStart([pid]),
            }),
      replay: (job, options) => runPaced({ program, runFolder: folder, reader, machine }, job, options),
      machine,
      looks,
      reader,
      sleep: async (seconds) => void (await sleep(seconds * 1000, null, { signal: stop }).catch(() => undefined)),
      heatSeconds: heatSecondsFor(limitWindowSeconds({ measure: spec.measure, env: process.env })),
      sustainedWatts: sustainedWatts({ measure: spec.measure, env: process.env }),
      usableCpus: usableCpus(),
      baseFolder,
      cacheFolder: cache,
      source,
      samples: (of, fromMs, toMs) =>
        of === session ? sampler.samplesBetween(fromMs, toMs) : earlier(of, fromMs, toMs),
      flushSamples: () => sampler.flush(),
      ownCpu() {
        const { user, system } = process.cpuUsage();
        return {
          engineSeconds: (user + system) / 1e6,
          samplerSeconds: sampler.cpuSeconds(),
          editorSeconds: editor?.cpuSeconds() ?? null,
        };
      },
      stop,
    });
    const prepared = await prepare(measuring, workload);
    const instruments = () => openInstruments(source, { measure: spec.measure, env: process.env });
    const [message = ''] = stop.aborted ? [] : await measureBlocks([{ m: measuring, prepared }], instruments);
    if (broken !== null) throw broken;
    if (stop.aborted) return await finish('interrupted', exitCodes.interrupted, stoppedOnRequest);
    requireAnyTrial(measuring);
    return await finish('complete', exitCodes.ok, { message });
  } catch (error) {
    if (stop.aborted && broken === null) return await finish('interrupted', exitCodes.interrupted, stoppedOnRequest);
    const failure = endOf(broken ?? error, folder);
    if (failure.code === 'unexpected') process.stderr.write(`${failureLine(failure, stackOf(broken ?? error))}\n`);
    return await finish('failed', failureCodes[failure.code].exitCode, failure);
  } finally {
    log.close();
  }
}

function isSatisfiedNow(run: Run, samples: SampleLookup): boolean {
  return isSatisfied(configurationResults(run, samples), termsOf(run), [...run.settled.keys()]);
}

const stackOf = (error: unknown) => (error instanceof Error ? error.stack : undefined);

const endOf = (error: unknown, folder: string) => failureOf(folderFault(error, folder) ?? error);

const stoppedOnRequest = { message: 'stopped on request; every finished repeat is kept' };

/** Trials of an engine that was killed end by themselves at once; whoever still runs is ended before anything is measured. */
function endOrphans(run: Run, folder: string): void {
  for (const trial of [...run.trials, ...run.pacedTrials])
    if (trial.state === 'running') for (const one of trial.processes) signalProgram(one, 'trial', folder, 'SIGKILL');
}
