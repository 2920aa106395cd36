import { parseArgs } from 'node:util';
import { runEngine } from '../../engine/session/engine';
import { blocksAsked } from '../options/runToGoOn';
import { CliError } from '../options/cliError';

/**
 * `greenbatch engine [--add-blocks N] [--interleaved OTHER] FOLDER`: measures what is missing of the run, and N blocks more; with
 * OTHER of both, in one session. Started detached by `greenbatch run`.
 */
export async function engineCommand(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    ...{
      args: argv,
      allowPositionals: true,
      options: { 'add-blocks': { type: 'string' }, interleaved: { type: 'string' } },
    },
  });
  const [folder] = positionals;
  if (!folder) throw new CliError('usage: greenbatch engine [--add-blocks N] [--interleaved OTHER] FOLDER');
  const addBlocks = values['add-blocks'] === undefined ? null : blocksAsked(values['add-blocks']);
  const other = values.interleaved;
  const program = { node: process.execPath, script: process.argv[1] as string };
  const code = await runEngine(other === undefined ? [folder] : [folder, other], program, { addBlocks });
  // Handles that others left open (a lost pipe) must not keep the measuring lock.
  process.exit(code);
}
