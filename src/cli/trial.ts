import { z } from 'zod';
import { accuracyJobSchema } from '../engine/accuracyJob';
import { runAccuracy } from '../engine/accuracyTrial';
import { runTrial, say } from '../engine/trial';
import { trialJobSchema } from '../engine/trialJob';

/** `greenbatch trial JOB`: one trial, started by the engine; speaks `TrialMessage` lines on standard output. */
export async function trialCommand([job]: string[]): Promise<number> {
  try {
    const parsed = z.union([trialJobSchema, accuracyJobSchema]).parse(JSON.parse(job ?? ''));
    const program = process.argv[1] as string;
    await (parsed.kind === 'accuracy' ? runAccuracy(parsed, program) : runTrial(parsed, program));
    process.exit(0);
  } catch (error) {
    say({ type: 'error', message: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  }
}
