import { realpathSync } from 'node:fs';
import { exitCodes } from '../../core/failure/exitCodes';
import { ExpectedError } from '../../core/failure/expectedError';
import { disagreements } from '../../core/run/interleaved';
import { busyWith } from '../../engine/session/engine';
import { requireFit } from '../../engine/session/strictStart';
import { launchEngine } from '../../engine/launch/launch';
import { stageProgram } from '../../engine/launch/stage';
import type { Program } from '../../engine/trial/host';
import { privateFolder } from '../../machine/privateFolder';
import { engineLogBytes, readEngineLog } from '../../runs/store/engineLog';
import { cacheFolder } from '../../runs/store/folders';
import { foldersOfPair } from '../../runs/store/foldersOfPair';
import { measuringNow } from '../../runs/ownership/measuringLock';
import { isRunning, secondRunOption, signalProgram } from '../../machine/processIdentity';
import { followRun, loadRun } from '../../runs/store/runFolder';
import { CliError } from '../options/cliError';
import { defineCommand, jsonOption, WrongUsage } from '../options/defineCommand';
import { readSpec } from '../options/experimentFile';
import { runFolderOf } from '../options/runArgument';
import { watchToTheEnd } from '../text/progressView';
import { blocksAsked, idleRun, requireExtensible, requireResumable } from '../options/runToGoOn';
import { createRuns, type Experiment, planOf } from './createRuns';
import { printData, printError } from '../text/output';

const help = `usage: greenbatch run FILE [--out DIR]        measure an experiment file (*.energy.yaml)
       greenbatch run A B --interleaved       measure two of them in one session, block by block, and compare
       greenbatch run --resume RUN            go on with a stopped run, at the repeat that is missing
       greenbatch run --add-blocks N RUN      measure N more blocks of a run that has ended

  --for FILE    a serving config (config.pbtxt, model-settings.json, …) that the run is made for: the
                editor then shows the result there, and what it says of batching, delay and instances
                holds where the experiment's sla does not say it
  --interleaved the runs of both experiments take turns within each block, so that what changes between days, or
                while they are measured, is in both alike: before and after a change of code, model or settings
  --out DIR     the run's folder (default: .greenbatch/runs/<id> of the workspace); of two: DIR/A and DIR/B
  --strict      do not start where the machine or the energy source would qualify the result: other work on
                it, timers that are about to fire, joules that are estimated, … All that is so is named
  --detach      return once it runs; watch it with "greenbatch attach RUN"
  --json        at the end print the result as JSON instead of the table; of two runs their comparison
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
    interleaved: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
    detach: { type: 'boolean', default: false },
    ...jsonOption,
  },
  positionals: true,
  async run(values, positionals) {
    const adding = values['add-blocks'];
    const [named, second] = positionals;
    const isNew = values.resume === undefined && adding === undefined;
    if (isNew && values.interleaved && (second === undefined || positionals.length > 2))
      throw new WrongUsage('--interleaved takes two experiment files');
    if (isNew && !values.interleaved && second !== undefined)
      throw new WrongUsage('two experiment files are measured in one session with --interleaved');
    if (
      (isNew && named === undefined) ||
      (values.resume !== undefined && (adding ?? named) !== undefined) ||
      (!isNew && second !== undefined)
    )
      throw new WrongUsage('give one experiment file, or --resume RUN, or --add-blocks N RUN');
    if (!isNew && (values.for !== undefined || values.out !== undefined || values.interleaved))
      throw new WrongUsage('--for, --out and --interleaved are for a new run');
    if (values.interleaved && values.for !== undefined)
      throw new WrongUsage('--for says what one run is made for; with --interleaved there are two');
    const addBlocks = adding === undefined ? null : blocksAsked(adding);
    const command = `run ${adding === undefined ? '--resume' : '--add-blocks N'}`;
    const folders = isNew
      ? await startRuns(
          positionals.map((file) => ({ file, ...readSpec(file) })),
          values,
        )
      : await goOn(runFolderOf(values.resume ?? named, command), addBlocks, values);
    if (values.detach) {
      printData(`${folders.join('\n')}\n`);
      return 0;
    }
    return watchToTheEnd(folders, { json: values.json });
  },
});

/** Makes the runs of one experiment, or of two that are interleaved, and starts their engine. @returns their folders */
export async function startRuns(
  experiments: readonly Experiment[],
  { strict, ...places }: { strict: boolean; out?: string | undefined; for?: string | undefined },
): Promise<string[]> {
  const planned = experiments.map((experiment) => planOf(experiment, places.for));
  const [a, b] = planned;
  const differing = b ? disagreements(a!.spec, b.spec) : [];
  if (differing.length > 0) {
    throw new CliError(
      `${planned.map(({ file }) => file).join(' and ')} cannot be interleaved, for they differ in what one session has once: ${differing.join(', ')}. Set the same in both`,
    );
  }
  if (b && planned.some(({ spec }) => spec.search)) {
    throw new CliError(
      'a search leaves configurations out of blocks of one run, which then have no counterpart in the other: take the key search out of both files, or measure each by itself',
    );
  }
  await requireFree();
  if (strict) for (const { spec, configurations } of planned) await requireFit(spec, configurations);
  for (const { served } of planned) if (served) printError(`${served.sentence}\n`);
  return started(await createRuns(planned, places));
}

async function goOn(named: string, addBlocks: number | null, { strict }: { strict: boolean }): Promise<string[]> {
  const folders = foldersOfPair(named, loadRun(named).run);
  const old = folders.map(idleRun);
  await requireFree();
  await (addBlocks === null ? requireResumable(old) : Promise.all(old.map((run) => requireExtensible(run, addBlocks))));
  if (strict) for (const { run } of old) await requireFit(run.spec, run.configurations);
  return started(folders, addBlocks === null ? [] : ['--add-blocks', String(addBlocks)]);
}

async function requireFree(): Promise<void> {
  const holder = await measuringNow();
  if (holder) throw busyWith(holder);
}

async function started(folders: string[], options: string[] = []): Promise<string[]> {
  const [, second] = folders;
  printError(`Run folder: ${folders.join('\nRun folder: ')}\n`);
  await startEngine(folders, [...options, ...(second === undefined ? [] : [secondRunOption, second])]);
  return folders;
}

/** Starts the engine from a copy of this program and waits until it has the run in hand, or both of a pair. */
async function startEngine(folders: readonly string[], options: string[]): Promise<void> {
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
  const [folder] = folders as [string];
  const followers = folders.map((one) => followRun(one));
  const sessionsNow = () =>
    followers.map((follower) => {
      follower.poll();
      return follower.run()?.sessions.length ?? 0;
    });
  const before = sessionsNow();
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
    if (sessionsNow().every((count, i) => count > before[i]!)) {
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
