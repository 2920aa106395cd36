import { exitCodes } from '../../core/failure/exitCodes';
import { progressOf } from '../../core/run/progress';
import { readEngineLog } from '../../runs/store/engineLog';
import { signalProgram } from '../../machine/processIdentity';
import type { ProcessIdentity } from '../../core/run/events';
import type { Sightings } from '../../runs/ownership/lease';
import { counted } from '../../core/statistics/wording';
import { offeredBlocks } from '../../runs/index/offeredBlocks';
import { followRunPower } from '../../runs/store/followRunPower';
import { followRun, type LoadedRun, loadRun, stateOf } from '../../runs/store/runFolder';
import { printResult, runFailureText } from './printResult';
import { describeEvent } from './progressLine';
import { statusLine } from './statusLine';
import { styleFor } from './style';
import { printData, printError, redraw } from './output';

const pollMs = 250;

/**
 * Follows a run until it ends, then prints its result.
 *
 * @returns the exit code of the run's last session
 */
export async function watchToTheEnd(folder: string, { json }: { json: boolean }): Promise<number> {
  const { loaded, exitCode } = await followToTheEnd(folder);
  const blocks = offeredBlocks(printResult(loaded, { json }));
  if (blocks !== null)
    printError(`Measure ${counted(blocks, 'more block')} with: greenbatch run --add-blocks ${blocks} ${folder}\n`);
  if (!json) printData(`${folder}\n`);
  return exitCode;
}

/**
 * Follows a run until it ends. On a terminal one status line is redrawn; elsewhere only whole lines appear. Ctrl-C asks the
 * engine to stop.
 *
 * @returns the run, and the exit code of its last session
 */
export async function followToTheEnd(folder: string): Promise<{ loaded: LoadedRun; exitCode: number }> {
  const out = process.stderr;
  const style = styleFor(out);
  const live = Boolean(out.isTTY);
  const follower = followRun(folder);
  const power = followRunPower(folder);
  const sightings: Sightings = new Map();
  let host: string | null = null;
  const onInterrupt = interruptHandler(
    folder,
    () => follower.run()?.sessions.at(-1)?.start.engine,
    () => host,
  );
  process.on('SIGINT', onInterrupt);
  try {
    for (;;) {
      const run = follower.run();
      const state = run === null ? null : stateOf(run, folder, sightings);
      const lines = follower.poll().flatMap((event) => {
        const now = follower.run();
        return now ? describeEvent(now, event, power.history.samples, style) : [];
      });
      const now = follower.run();
      if (live) redraw('');
      // Lines of a message are set in: none can pass for one of ours.
      for (const line of lines) printError(`${line.replace(/\n(?! {2})/g, '\n  ')}\n`);
      if (now?.sessions.at(-1)?.end) break;
      if (state && state.host !== null && state.host !== host) printError(`running on ${state.host}\n`);
      host = state?.host ?? null;
      if (state?.status === 'stopped' && !state.undecided) {
        const why =
          run?.sessions.length === 0
            ? 'no engine has taken this run in hand'
            : 'the engine has ended without finishing its log (killed, or the machine went down)';
        printError(
          `${why}${printed(folder)}\nEvery finished repeat is kept. Go on with: greenbatch run --resume ${folder}\n`,
        );
        break;
      }
      while (now?.source && power.poll(now).more);
      if (live && now) {
        redraw(statusLine(progressOf(now, Date.now()), power.history.wattsNow(), out.columns ?? 80, style));
      }
      await new Promise((done) => setTimeout(done, pollMs));
    }
  } finally {
    process.off('SIGINT', onInterrupt);
  }
  const loaded = loadRun(folder);
  const end = loaded.run.sessions.at(-1)?.end;
  printError(runFailureText(loaded, style));
  if (end?.reason === 'interrupted') printError(`Go on with: greenbatch run --resume ${folder}\n`);
  return { loaded, exitCode: end?.exitCode ?? (loaded.status === 'stopped' ? exitCodes.unexpected : 0) };
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
