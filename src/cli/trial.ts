import { runTrial, say } from '../engine/trial';
import { trialJobSchema } from '../engine/trialJob';

/** `greenbatch trial JOB`: one trial, started by the engine; speaks `TrialMessage` lines on standard output. */
export async function trialCommand([job]: string[]): Promise<number> {
  try {
    await runTrial(trialJobSchema.parse(JSON.parse(job ?? '')), process.argv[1] as string);
    process.exit(0);
  } catch (error) {
    say({ type: 'error', message: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  }
}
