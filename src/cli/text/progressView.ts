import { exitCodes } from '../../core/failure/exitCodes';
import { comparisonWith } from '../../core/analysis/comparison/comparisonAnalysis';
import { progressOfAll } from '../../core/run/progress';
import { readEngineLog } from '../../runs/store/engineLog';
import { signalProgram } from '../../machine/processIdentity';
import type { ProcessIdentity } from '../../core/run/events';
import type { Sightings } from '../../runs/ownership/lease';
import { counted } from '../../core/statistics/wording';
import { offeredBlocks } from '../../runs/index/offeredBlocks';
import { followRunPower } from '../../runs/store/followRunPower';
import { followRun, type LoadedRun, loadRun, stateOf } from '../../runs/store/runFolder';
import { analysedRunOf } from '../../runs/store/loadAnalysedRun';
import { printAnalysis } from './analysisText';
import { createPairLines } from './pairLines';
import { printResult, runFailureText } from './printResult';
import { describeEvent } from './progressLine';
import { statusLine } from './statusLine';
import { styleFor } from './style';
import { printData, printError, redraw } from './output';

const pollMs = 250;

/**
 * Follows a run until it ends, then prints its result; of two that are interleaved, how the second compares with the first.
 *
 * @param folders of one run, or of both of a pair, the first experiment's first
 * @returns the exit code of the last session
 */
export async function watchToTheEnd(folders: readonly string[], { json }: { json: boolean }): Promise<number> {
  const { loaded, exitCode } = await followToTheEnd(folders);
  const [one, other] = loaded;
  if (other) {
    printAnalysis(comparisonWith({}), loaded.map(analysedRunOf), { json });
    printError(`Each by itself: greenbatch show ${folders.join('\n                greenbatch show ')}\n`);
  } else {
    const blocks = offeredBlocks(printResult(one!, { json }));
    if (blocks !== null)
      printError(
        `Measure ${counted(blocks, 'more block')} with: greenbatch run --add-blocks ${blocks} ${folders[0]}\n`,
      );
  }
  if (!json) printData(`${folders.join('\n')}\n`);
  return exitCode;
}

/**
 * Follows a run, or both of a pair, to the end. On a terminal one status line is redrawn; elsewhere only whole lines appear.
 * Ctrl-C asks the engine to stop.
 *
 * @returns the runs, and the exit code of their last session
 */
export async function followToTheEnd(folders: readonly string[]): Promise<{ loaded: LoadedRun[]; exitCode: number }> {
  const out = process.stderr;
  const style = styleFor(out);
  const live = Boolean(out.isTTY);
  const followers = folders.map((folder) => followRun(folder));
  // Both logs of a pair have the same samples.
  const [folder] = folders as [string];
  const power = followRunPower(folder);
  const sightings = folders.map((): Sightings => new Map());
  const describe = createPairLines(style);
  let host: string | null = null;
  const onInterrupt = interruptHandler(
    folder,
    () => followers[0]!.run()?.sessions.at(-1)?.start.engine,
    () => host,
  );
  process.on('SIGINT', onInterrupt);
  try {
    for (;;) {
      const states = followers.map((follower, i) => {
        const run = follower.run();
        return run === null ? null : stateOf(run, folders[i]!, sightings[i]!);
      });
      const lines = followers
        .flatMap((follower, side) => follower.poll().map((event) => ({ event, side })))
        .sort((a, b) => a.event.at - b.event.at)
        .flatMap(({ event, side }) => {
          const told = describeEvent(followers[side]!.run()!, event, power.history.samples, style);
          return folders.length > 1 ? describe(event, side, told) : told;
        });
      const runs = followers.flatMap((follower) => follower.run() ?? []);
      const [now] = runs;
      if (live) redraw('');
      // Lines of a message are set in: none can pass for one of ours.
      for (const line of lines) printError(`${line.replace(/\n(?! {2})/g, '\n  ')}\n`);
      if (runs.length > 0 && runs.every((run) => run.sessions.at(-1)?.end)) break;
      const [state] = states;
      if (state && state.host !== null && state.host !== host) printError(`running on ${state.host}\n`);
      host = state?.host ?? null;
      if (states.some((one) => one?.status === 'stopped' && !one.undecided)) {
        const why =
          now?.sessions.length === 0
            ? 'no engine has taken this run in hand'
            : 'the engine has ended without finishing its log (killed, or the machine went down)';
        printError(
          `${why}${printed(folder)}\nEvery finished repeat is kept. Go on with: greenbatch run --resume ${folder}\n`,
        );
        break;
      }
      while (now?.source && power.poll(now).more);
      if (live && runs.length > 0) {
        redraw(statusLine(progressOfAll(runs, Date.now()), power.history.wattsNow(), out.columns ?? 80, style));
      }
      await new Promise((done) => setTimeout(done, pollMs));
    }
  } finally {
    process.off('SIGINT', onInterrupt);
  }
  const loaded = folders.map(loadRun);
  const ends = loaded.map(({ run }) => run.sessions.at(-1)?.end);
  for (const one of loaded) printError(runFailureText(one, style));
  if (ends.some((end) => end?.reason === 'interrupted')) printError(`Go on with: greenbatch run --resume ${folder}\n`);
  const codes = loaded.map(({ status }, i) => ends[i]?.exitCode ?? (status === 'stopped' ? exitCodes.unexpected : 0));
  return { loaded, exitCode: codes.find((code) => code !== exitCodes.ok) ?? exitCodes.ok };
}

/** What the engine printed last; normally nothing. */
function printed(folder: string): string {
  const { failure, text } = readEngineLog(folder);
  const lines = (failure?.message ?? text).split('\n').join('\n  ');
  return lines && `; it printed:\n  ${lines}`;
}

/** First Ctrl-C: the engine finishes its log. Second: this view ends, the engine is finishing anyway. */
function interruptHandler(
  folder: string,
  engineOf: () => ProcessIdentity | undefined,
  hostOf: () => string | null,
): () => void {
  let asked = false;
  return () => {
    const host = hostOf();
    if (host !== null) {
      printError(`\nit goes on: only on ${host} can it be stopped, with "greenbatch stop ${folder}"\n`);
      process.exit(exitCodes.interrupted);
    }
    const engine = engineOf();
    if (asked || !engine || !signalProgram(engine, 'engine', folder, 'SIGINT')) process.exit(exitCodes.interrupted);
    asked = true;
    printError('\nstopping: the log is being finished …\n');
  };
}
