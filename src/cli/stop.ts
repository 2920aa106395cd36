import { parseArgs } from 'node:util';
import { measuringNow } from '../runs/measuringLock';
import { isRunning, signalProcess } from '../runs/processIdentity';
import { loadRun, statusOf } from '../runs/runFolder';
import { CliError } from './cliError';
import { runFolderOf } from './runArgument';

const help = `usage: greenbatch stop [RUN]

Asks a run to finish its log and end; without RUN, the one that measures on this machine now.
Every finished repeat is kept: "greenbatch run --resume RUN" goes on.
`;

/** Waits so long for the engine to finish its log. */
const patienceMs = 15_000;

export async function stopCommand(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const holder = positionals[0] ? null : await measuringNow();
  if (!positionals[0] && !holder) throw new CliError('nothing measures on this machine now');
  const folder = holder ? holder.run : runFolderOf(positionals[0], 'stop');
  const { run } = loadRun(folder);
  const engine = run.sessions.at(-1)?.start.engine;
  if (!engine || statusOf(run) !== 'running' || !signalProcess(engine, 'SIGTERM')) {
    throw new CliError(`${run.runId} is not running (${statusOf(run)})`);
  }
  for (const until = Date.now() + patienceMs; isRunning(engine) && Date.now() < until;) {
    await new Promise((done) => setTimeout(done, 100));
  }
  if (isRunning(engine)) throw new CliError(`${run.runId} was asked to stop and has not ended yet`, 1);
  process.stdout.write(`${run.runId} has stopped. Go on with: greenbatch run --resume ${folder}\n`);
  return 0;
}
