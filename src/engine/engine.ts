import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { EnergySource } from '../core/power/source';
import type { NewEvent } from '../core/run/events';
import { applyEvent, foldRun, type Run } from '../core/run/fold';
import { openSource, SourceError } from '../energy/openSource';
import { startSampler } from '../energy/sampler';
import { cutTornLine, openEventLog, readEvents } from '../runs/eventLog';
import { cacheFolder, eventsFile, powerFile, workspaceOf } from '../runs/folders';
import { isLock, type LockHolder, takeMeasuringLock } from '../runs/measuringLock';
import { readPower } from '../runs/powerLog';
import { identityOf, signalProcess } from '../runs/processIdentity';
import { lookup } from '../runs/runFolder';
import { measureBlocks } from './blocks';
import { snapshotEnvironment } from './environment';
import { EngineError, exitCodes, type Measuring } from './measuring';
import { prepare } from './preparation';
import type { Program } from './trialProcess';

/**
 * Measures what is missing of the run in `folder`, from its log: a new run from the start, a stopped
 * one from the repeat that is missing. Ends with `session.ended` unless it is killed.
 *
 * @returns exit code (`exitCodes`)
 */
export async function runEngine(folder: string, program: Program): Promise<number> {
  const stop = new AbortController();
  // The first request finishes the log; SIGHUP is nobody's wish (a closed terminal) and is ignored.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  process.on('SIGHUP', () => undefined);

  const lock = await takeMeasuringLock({ run: folder, name: nameOf(folder), pid: process.pid, since: Date.now() });
  if (!isLock(lock)) {
    process.stderr.write(`${describeHolder(lock)}\n`);
    return exitCodes.busy;
  }
  try {
    return await runSession(folder, program, stop.signal);
  } finally {
    lock.release();
  }
}

const nameOf = (folder: string) => foldRun(readEvents(eventsFile(folder)).events).name;

/** Who measures at the moment, as a sentence with the way out. */
export const describeHolder = (holder: LockHolder) =>
  `another run measures on this machine: "${holder.name}"${holder.run ? ` (${holder.run})` : ''}; two at once would falsify both. Wait for it, or end it with "greenbatch stop${holder.run ? ` ${holder.run}` : ''}"`;

async function runSession(folder: string, program: Program, stop: AbortSignal): Promise<number> {
  const run = foldRun(readEvents(eventsFile(folder)).events);
  const log = openEventLog(eventsFile(folder));
  const record = (event: NewEvent, durable = false) => {
    const written = log.append(event, durable);
    applyEvent(run, written);
    return written;
  };
  endOrphans(run);
  const session = (run.sessions.at(-1)?.session ?? 0) + 1;
  const { spec } = run;
  const specFile = run.created.specFile;
  const baseFolder = specFile ? dirname(specFile) : folder;
  const powercapRoot = spec.measure.powercapRoot ?? process.env.GREENBATCH_POWERCAP_ROOT ?? '/sys/class/powercap';
  record({
    type: 'session.started',
    session,
    engine: identityOf(process.pid),
    monotonicMs: monotonicMs(),
    environment: snapshotEnvironment(workspaceOf(baseFolder), powercapRoot),
  });

  const finish = (reason: 'complete' | 'interrupted' | 'failed', exitCode: number, message: string) => {
    record({ type: 'session.ended', session, reason, exitCode, message }, true);
    return exitCode;
  };
  let close = async () => {};
  try {
    const { source, reader } = await openSource(spec.measure, process.env);
    refuseOtherSource(run, source);
    record({ type: 'source.opened', source });
    const cache = cacheFolder();
    mkdirSync(cache, { recursive: true });

    const earlier = lookup(readPower(powerFile(folder)));
    cutTornLine(powerFile(folder));
    const sampler = await startSampler({
      programPath: program.script,
      file: powerFile(folder),
      header: {
        version: 1,
        session,
        wallOffsetMs: Date.now() - monotonicMs(),
        domains: source.domains.map((d) => d.id),
      },
      source,
      onProblem: (message) => record({ type: 'warning', code: 'sampler', message }),
    });
    close = async () => {
      await sampler.stop();
      reader.close();
    };
    const measuring: Measuring = {
      run,
      session,
      record,
      program,
      baseFolder,
      cacheFolder: cache,
      source,
      samples: (of, fromMs, toMs) =>
        of === session ? sampler.samplesBetween(fromMs, toMs) : earlier(of, fromMs, toMs),
      flushSamples: () => sampler.flush(),
      stop,
    };
    const prepared = await prepare(measuring, reader);
    const message = stop.aborted ? '' : await measureBlocks(measuring, prepared);
    if (stop.aborted)
      return finish('interrupted', exitCodes.interrupted, 'stopped on request; every finished repeat is kept');
    return finish('complete', exitCodes.ok, message);
  } catch (error) {
    if (stop.aborted)
      return finish('interrupted', exitCodes.interrupted, 'stopped on request; every finished repeat is kept');
    if (error instanceof EngineError) return finish('failed', error.exitCode, error.message);
    if (error instanceof SourceError) return finish('failed', exitCodes.source, error.message);
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    return finish('failed', exitCodes.unexpected, error instanceof Error ? error.message : String(error));
  } finally {
    await close();
    log.close();
  }
}

/** Trials of an engine that was killed end by themselves at once; whoever still runs is ended before anything is measured. */
function endOrphans(run: Run): void {
  for (const trial of run.trials) if (trial.state === 'running') signalProcess(trial.process, 'SIGKILL');
}

/** Joules of two sources, or of different domains, are never put into one comparison. */
function refuseOtherSource(run: Run, source: EnergySource): void {
  if (!run.source) return;
  const describe = (s: EnergySource) =>
    `${s.kind} (${s.domains
      .filter((d) => d.added)
      .map((d) => d.id)
      .join(', ')})`;
  if (describe(run.source) === describe(source)) return;
  throw new EngineError(
    `this run was begun with ${describe(run.source)}, but now only ${describe(source)} can be had${source.reason ? `: ${source.reason}` : ''}. Start a new run, or restore the source ("greenbatch doctor")`,
    exitCodes.source,
  );
}

const monotonicMs = () => Number(process.hrtime.bigint() / 1000n) / 1000;
