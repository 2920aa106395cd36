import type { ProcessIdentity } from '../../core/run/events';
import { measuringNow } from '../../runs/ownership/measuringLock';
import { isRunning, signalProgram } from '../../machine/processIdentity';
import { loadRun, stateOf } from '../../runs/store/runFolder';
import { CliError } from '../options/cliError';
import { defineCommand } from '../options/defineCommand';
import { seconds } from '../options/optionValues';
import { runFolderOf } from '../options/runArgument';
import { print } from '../text/output';

const help = `usage: greenbatch stop [RUN] [--wait SECONDS]

Asks a run to finish its log and end; without RUN, the one that measures on this machine now.
One that has not ended after SECONDS (default 15) is killed.
Every finished repeat is kept either way: "greenbatch run --resume RUN" goes on.
`;

export const stopCommand = defineCommand({
  help,
  options: { wait: { type: 'string', default: '15' } },
  positionals: true,
  async run(values, positionals) {
    const waitSeconds = seconds('--wait', values.wait);
    const holder = positionals[0] ? null : await measuringNow();
    if (!positionals[0] && !holder) throw new CliError('nothing measures on this machine now', 'run-state');
    const folder = holder ? holder.run : runFolderOf(positionals[0], 'stop');
    const { run } = loadRun(folder);
    const engine = run.sessions.at(-1)?.start.engine;
    const { status, host } = stateOf(run, folder);
    if (host !== null) {
      throw new CliError(
        `${run.runId} is running on ${host}, whose processes cannot be reached from here: run "greenbatch stop ${folder}" on ${host}`,
        'run-elsewhere',
      );
    }
    if (!engine || status !== 'running' || !signalProgram(engine, 'engine', folder, 'SIGTERM')) {
      throw new CliError(`${run.runId} is not running (${stateOf(run, folder).status})`, 'run-state');
    }
    const ended = await hasEnded(engine, waitSeconds);
    // Its trial ends with it: the line between them is cut (docs/architecture.md, "Lifeline").
    if (!ended && signalProgram(engine, 'engine', folder, 'SIGKILL') && !(await hasEnded(engine, 5))) {
      throw new CliError(`${run.runId} cannot be ended: process ${engine.pid} hangs in the kernel`, 'engine-hangs');
    }
    const how = ended ? 'has stopped' : `did not end within ${waitSeconds} s and was killed; finished repeats are kept`;
    print(`${run.runId} ${how}. Go on with: greenbatch run --resume ${folder}\n`);
    return 0;
  },
});

async function hasEnded(engine: ProcessIdentity, seconds: number): Promise<boolean> {
  for (const until = Date.now() + seconds * 1000; isRunning(engine) && Date.now() < until;) {
    await new Promise((done) => setTimeout(done, 100));
  }
  return !isRunning(engine);
}
