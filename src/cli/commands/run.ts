import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { exitCodes } from '../../core/failure/exitCodes';
import { ExpectedError } from '../../core/failure/expectedError';
import { type Configuration, mostConfigurations } from '../../core/configuration/configuration';
import { configurationsOf } from '../../core/run/plan';
import type { Spec } from '../../core/spec/spec';
import { busyWith } from '../../engine/session/engine';
import { requireFit } from '../../engine/session/strictStart';
import { physicalCores } from '../../machine/topology';
import { launchEngine } from '../../engine/launch/launch';
import { workloadNamed } from '../../workloads/workloadNamed';
import { runFormatVersion } from '../../core/run/events';
import { stageProgram } from '../../engine/launch/stage';
import type { Program } from '../../engine/trial/host';
import { privateFolder } from '../../machine/privateFolder';
import { engineLogBytes, readEngineLog } from '../../runs/store/engineLog';
import { openEventLog } from '../../runs/store/eventLog';
import { cacheFolder, eventsFile, nameFromFile, newRunId, workspaceOf } from '../../runs/store/folders';
import { measuringNow } from '../../runs/ownership/measuringLock';
import { isRunning, signalProgram } from '../../machine/processIdentity';
import { createRunFolder, followRun, ownRunsFolder } from '../../runs/store/runFolder';
import { sourceFilesOf } from '../../runs/index/sourceFiles';
import { CliError } from '../options/cliError';
import { defineCommand, jsonOption, WrongUsage } from '../options/defineCommand';
import { readSpec } from '../options/experimentFile';
import { watchToTheEnd } from '../text/progressView';
import { blocksAsked, idleRun, requireExtensible, requireResumable } from '../options/runToGoOn';
import { version } from './version';
import { printData, printError } from '../text/output';

const help = `usage: greenbatch run FILE [--out DIR]        measure an experiment file (*.energy.yaml)
       greenbatch run --resume RUN            go on with a stopped run, at the repeat that is missing
       greenbatch run --add-blocks N RUN      measure N more blocks of a run that has ended

  --for FILE    a serving config (config.pbtxt, model-settings.json, …) that the run is made for: the
                editor then shows the result there
  --out DIR     the run's folder (default: .greenbatch/runs/<id> of the workspace)
  --strict      do not start where the machine or the energy source would qualify the result: other work on
                it, timers that are about to fire, joules that are estimated, … All that is so is named
  --detach      return once it runs; watch it with "greenbatch attach RUN"
  --json        at the end print the result as JSON instead of the table
  --help

The measurement runs in the background and survives this terminal. Ctrl-C asks it to stop and keeps
every finished repeat. Progress goes to standard error, results to standard output; the last line is
the run's folder. Exit codes: 0 measured, 1 unexpected failure, 2 wrong input, 3 no energy source,
4 nothing could be measured, 5 another run measures on this machine, 9 refused by --strict, 130
interrupted.
`;

export const runCommand = defineCommand({
  help,
  options: {
    out: { type: 'string' },
    for: { type: 'string' },
    resume: { type: 'string' },
    'add-blocks': { type: 'string' },
    strict: { type: 'boolean', default: false },
    detach: { type: 'boolean', default: false },
    ...jsonOption,
  },
  positionals: true,
  async run(values, positionals) {
    const adding = values['add-blocks'];
    const [named] = positionals;
    const file = adding === undefined ? named : undefined;
    if ([file, values.resume, adding].filter((one) => one !== undefined).length !== 1 || positionals.length > 1) {
      throw new WrongUsage('give one experiment file, or --resume RUN, or --add-blocks N RUN');
    }
    if (file === undefined && (values.for !== undefined || values.out !== undefined))
      throw new WrongUsage('--for and --out are for a new run');
    const addBlocks = adding === undefined ? null : blocksAsked(adding);
    const folder =
      file === undefined
        ? await goOn(
            idleRun(named ?? values.resume, `run ${adding ? '--add-blocks N' : '--resume'}`),
            addBlocks,
            values,
          )
        : await startRun(file, readSpec(file), values);
    if (values.detach) {
      printData(`${folder}\n`);
      return 0;
    }
    return watchToTheEnd(folder, { json: values.json });
  },
});

/** Makes the run of an experiment and starts its engine. @returns the run's folder */
async function startRun(
  file: string,
  spec: ReturnType<typeof readSpec>,
  { strict, ...places }: { strict: boolean; out?: string | undefined; for?: string | undefined },
): Promise<string> {
  await requireFree();
  if (strict) await requireFit(...planOf(file, spec.spec));
  return started(await createRun(file, spec, places));
}

async function goOn(
  old: ReturnType<typeof idleRun>,
  addBlocks: number | null,
  { strict }: { strict: boolean },
): Promise<string> {
  await requireFree();
  await (addBlocks === null ? requireResumable(old) : requireExtensible(old, addBlocks));
  if (strict) await requireFit(old.run.spec, old.run.configurations);
  return started(old.folder, addBlocks === null ? [] : ['--add-blocks', String(addBlocks)]);
}

async function requireFree(): Promise<void> {
  const holder = await measuringNow();
  if (holder) throw busyWith(holder);
}

async function started(folder: string, options: string[] = []): Promise<string> {
  printError(`Run folder: ${folder}\n`);
  await startEngine(folder, options);
  return folder;
}

/** What is going to be measured: the experiment with what this machine and the environment add to it, and its configurations. */
function planOf(file: string, spec: Spec): [spec: Spec, configurations: Configuration[]] {
  // A tree named in the environment is written down: a resumed run must find the same counters.
  const { GREENBATCH_POWERCAP_ROOT: fromEnvironment } = process.env;
  const powercapRoot =
    spec.measure.powercapRoot !== undefined
      ? resolve(dirname(resolve(file)), spec.measure.powercapRoot)
      : fromEnvironment
        ? resolve(fromEnvironment)
        : undefined;
  const measure = powercapRoot === undefined ? spec.measure : { ...spec.measure, powercapRoot };
  const configurations = configurationsOf(spec, { cores: physicalCores() });
  if (configurations.length > mostConfigurations) {
    throw new CliError(
      `${file} makes ${configurations.length} configurations with the splits of this machine's cores; at most ${mostConfigurations} are measured: list fewer, or instances and threads in place of split`,
    );
  }
  return [{ ...spec, measure }, configurations];
}

async function createRun(
  file: string,
  { spec, text }: { spec: Spec; text: string },
  { out, for: servingConfig }: { out?: string | undefined; for?: string | undefined },
): Promise<string> {
  const specFile = resolve(file);
  const [planned, configurations] = planOf(file, spec);
  if (servingConfig !== undefined && !existsSync(servingConfig))
    throw new CliError(`there is no file ${servingConfig}`);
  const sourceFiles = await sourceFilesOf(spec, specFile, servingConfig);
  const name = spec.name ?? nameFromFile(specFile);
  const runId = newRunId(name, new Date(), Math.floor(Math.random() * 0x10000));
  const folder = out === undefined ? join(ownRunsFolder(workspaceOf(dirname(specFile))), runId) : resolve(out);
  const { name: workload, unit, phases, serves } = workloadNamed(spec.workload);
  createRunFolder(folder);
  const log = openEventLog(eventsFile(folder));
  log.append({
    type: 'run.created',
    version: runFormatVersion,
    workload: { name: workload, unit, phases: [...phases(spec)], serves: serves?.(spec) ?? false },
    runId,
    name,
    specFile,
    specText: text,
    spec: planned,
    configurations,
    program: `greenbatch ${version}`,
    ...(sourceFiles.length > 0 && { sourceFiles }),
  });
  log.close();
  return folder;
}

/** Starts the engine from a copy of this program and waits until it has the run in hand. */
async function startEngine(folder: string, options: string[]): Promise<void> {
  const here: Program = { node: process.execPath, script: realpathSync(process.argv[1] as string) };
  let program = here;
  try {
    program = stageProgram(here, privateFolder(cacheFolder()));
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    printError(
      `warning: no copy of the program could be made in ${cacheFolder()} (${(error as Error).message}): do not update Greenbatch while the run goes on\n`,
    );
  }
  const follower = followRun(folder);
  follower.poll();
  const before = follower.run()?.sessions.length ?? 0;
  const logged = engineLogBytes(folder);
  const engine = await launchEngine(program, folder, ...options);
  // Until the progress view takes over, Ctrl-C must not leave a sweep behind that nobody watches.
  const interrupt = () => {
    signalProgram(engine, 'engine', folder, 'SIGINT');
    process.exit(exitCodes.interrupted);
  };
  process.once('SIGINT', interrupt);
  for (;;) {
    const alive = isRunning(engine);
    follower.poll();
    if ((follower.run()?.sessions.length ?? 0) > before) {
      process.off('SIGINT', interrupt);
      return;
    }
    if (!alive) {
      const { failure, text } = readEngineLog(folder, logged);
      // Another one was faster: on this machine, or on one that shares the folder.
      const { code } = failure ?? {};
      if (failure && (code === 'busy' || code === 'run-elsewhere' || code === 'run-state'))
        throw new CliError(failure.message, code, failure.fix);
      const said = failure?.message ?? text;
      throw new CliError(`the engine did not start: ${said || 'it said nothing'}`, 'not-started', failure?.fix ?? null);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}
