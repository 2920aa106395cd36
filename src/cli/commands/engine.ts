import { runEngine } from '../../engine/session/engine';
import { CliError } from '../options/cliError';

/** `greenbatch engine FOLDER`: measures what is missing of the run. Started detached by `greenbatch run`. */
export async function engineCommand([folder]: string[]): Promise<number> {
  if (!folder) throw new CliError('usage: greenbatch engine FOLDER');
  const code = await runEngine(folder, { node: process.execPath, script: process.argv[1] as string });
  // Handles that others left open (a lost pipe) must not keep the measuring lock.
  process.exit(code);
}
