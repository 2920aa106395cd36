import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { errorsVariable } from '../../core/failure/failureLine';
import type { ProcessIdentity } from '../../core/run/events';
import { openToAppend } from '../../machine/regularFile';
import { engineLogFile } from '../../runs/store/folders';
import { identityOf, roleArguments } from '../../machine/processIdentity';
import type { Program } from '../trial/host';

/**
 * Starts the engine of a run so that it belongs to nobody: a session of its own (no terminal can
 * hang it up) and no living parent (nobody who ends a tree of processes finds it). What it prints
 * goes to `engine.log` in the run's folder.
 *
 * @param options of `greenbatch engine`
 */
export async function launchEngine(
  program: Program,
  runFolder: string,
  ...options: string[]
): Promise<ProcessIdentity> {
  const log = openToAppend(engineLogFile(runFolder));
  try {
    const args = [program.script, ...roleArguments('engine', runFolder, ...options)];
    // What ends it before it has a log to write stands in engine.log as data.
    const env = { ...process.env, ORT_DISABLE_TELEMETRY: '1', [errorsVariable]: 'json' };
    if (process.platform === 'win32') {
      const child = spawn(program.node, args, {
        ...{ detached: true, stdio: ['ignore', log, log], windowsHide: true, env },
      });
      child.unref();
      return identityOf(child.pid ?? 0);
    }
    // The shell leads the new session, starts the engine in the background, tells its pid and ends.
    const shell = spawn('/bin/sh', ['-c', '"$@" >&3 2>&3 </dev/null & echo $!', 'greenbatch', program.node, ...args], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit', log],
      env,
    });
    let text = '';
    for await (const data of shell.stdout ?? []) text += data;
    const pid = Number(text.trim());
    if (!Number.isInteger(pid) || pid <= 0)
      throw new Error(`the engine could not be started; see ${engineLogFile(runFolder)}`);
    return identityOf(pid);
  } finally {
    closeSync(log);
  }
}
