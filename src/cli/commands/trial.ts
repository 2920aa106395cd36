import { runTrial } from '../../engine/trial/child';

/** `greenbatch trial JOB`: one trial, started by the engine; speaks `TrialMessage` lines on standard output. */
export async function trialCommand([job]: string[]): Promise<number> {
  const ended = await runTrial(job ?? '', process.argv[1] as string);
  // At once: a native library's threads must not hold up the run.
  process.exit(ended ? 0 : 1);
}
