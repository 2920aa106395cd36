import { accessSync, constants, existsSync, lstatSync } from 'node:fs';
import { ExpectedError } from '../../core/failure/expectedError';
import { blocksLeftToAdd, lastBlockOf } from '../../core/run/addedBlocks';
import { mostBlocks } from '../../core/spec/mostBlocks';
import { describeSeconds } from '../../core/words/units';
import { openSource } from '../../energy/openSource';
import { refuseOtherSource } from '../../engine/session/otherSource';
import { otherProcessor, processorOf, processorText } from '../../machine/processor';
import { awaitFree } from '../../runs/ownership/awaitFree';
import { hashOfFile, modelFilesOf } from '../../runs/index/sourceFiles';
import { eventsFile } from '../../runs/store/folders';
import { type LoadedRun, loadRun } from '../../runs/store/runFolder';
import { printError } from '../text/output';
import { CliError } from './cliError';
import { wholeNumber } from './optionValues';

/**
 * Waits where another machine has had them in hand.
 *
 * @param runs one, or both of a pair
 * @throws CliError `run-state` where nothing of any is missing
 */
export async function requireResumable(runs: readonly LoadedRun[]): Promise<void> {
  if (runs.every(({ status }) => status === 'complete')) {
    const { folder, run } = runs[0]!;
    throw new CliError(
      `${run.runId} is complete: nothing is missing. "greenbatch show ${folder}" shows it; "greenbatch run --add-blocks N ${folder}" measures more of it`,
      'run-state',
    );
  }
  for (const { folder } of runs) await untilFree(folder);
}

/** Of the option --add-blocks. */
export const blocksAsked = (text: string): number => wholeNumber('--add-blocks', text, 1, mostBlocks);

/**
 * Looks at all that would end a session at once that is to measure so many blocks more, before that begins: a complete run stays
 * complete. Waits where another machine has had the run in hand.
 *
 * @throws ExpectedError `source-changed`, `machine-changed`, `model-changed`, `not-writable`, …
 */
export async function requireExtensible({ folder, run, status }: LoadedRun, blocks: number): Promise<void> {
  const left = blocksLeftToAdd(run);
  if (blocks > left) {
    const most = left === 0 ? 'no more can be added' : `at most ${left} more can be added`;
    throw new CliError(
      `${run.runId} has ${run.blocksFinished} blocks, and a run has at most ${mostBlocks} (as measure.repeats.max): ${most}`,
    );
  }
  if (run.configurations.every(({ id }) => run.settled.has(id))) {
    throw new CliError(
      `no configuration of ${run.runId} is measured any more (each fails, is outside the service level or surely worse than others): more blocks would be empty`,
      'run-state',
    );
  }
  requireWritable(folder);
  const there = otherProcessor(run.sessions.at(-1)?.start.environment ?? {});
  if (there !== null) {
    throw new ExpectedError(
      'machine-changed',
      `${run.runId} was measured on another machine (${there}) than this one (${processorText(processorOf())}), and blocks of two are not compared: add them there, or measure its experiment here as a run of its own`,
    );
  }
  await requireSameModels(run);
  const { source, reader } = await openSource(run.spec.measure);
  reader.close();
  refuseOtherSource(run, source);
  await untilFree(folder);
  if (status !== 'complete' && run.blocksFinished + blocks <= lastBlockOf(run)) {
    const planned = `up to ${lastBlockOf(run)} are planned already`;
    printError(`${run.blocksFinished} blocks are finished, and ${planned}: none is added, and those are measured\n`);
  }
}

/**
 * A run that another session may measure on.
 *
 * @throws CliError where its folder is a link, or an engine of this machine works at it
 */
export function idleRun(folder: string): LoadedRun {
  if (lstatSync(folder).isSymbolicLink()) {
    throw new CliError(`${folder} is a link, and nothing is written through one: name the folder that it leads to`);
  }
  const loaded = loadRun(folder);
  const { run, status, host } = loaded;
  if (run.created.imported)
    throw new CliError(
      `${run.runId} was imported from ${run.created.imported.file}: nothing is measured in it`,
      'run-state',
    );
  if (status === 'running' && host === null)
    throw new CliError(`${run.runId} is still running: watch it with "greenbatch attach ${folder}"`, 'run-state');
  return loaded;
}

/** By the hashes that the run recorded of the files its experiment names. @throws ExpectedError `model-changed` */
async function requireSameModels({ created, runId }: LoadedRun['run']): Promise<void> {
  for (const path of created.specFile === null ? [] : modelFilesOf(created.spec, created.specFile)) {
    const before = created.sourceFiles?.find((file) => file.path === path)?.sha256;
    if (before === undefined || before === (await hashOfFile(path))) continue;
    const how = existsSync(path) ? 'has changed since the run began' : 'is no longer there';
    throw new ExpectedError(
      'model-changed',
      `${path} ${how}, and blocks of two models are not compared: put it back as ${runId} measured it, or start a new run`,
    );
  }
}

function requireWritable(folder: string): void {
  try {
    for (const path of [folder, eventsFile(folder)]) accessSync(path, constants.W_OK);
  } catch (error) {
    throw new ExpectedError(
      'not-writable',
      `${folder} cannot be written (${(error as Error).message}): what is measured is appended to its log. Copy the folder to a place of yours, and add the blocks to the copy`,
    );
  }
}

/** Whatever its log says: an engine elsewhere may have taken it in hand a moment ago. */
async function untilFree(folder: string): Promise<void> {
  await awaitFree(folder, ({ lease, ageMs }) =>
    printError(
      `${lease.host} had this run in hand; its last sign of life is ${describeSeconds(ageMs / 1000)} old by the clocks, which may differ. Waiting up to ${describeSeconds(lease.goodForMs / 1000)} for another one …\n`,
    ),
  );
}
