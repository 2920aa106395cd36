import * as z from 'zod';
import { accuracyJobSchema } from '../../engine/trial/accuracyJob';
import { runAccuracy } from '../../engine/trial/accuracyTrial';
import { runEndToEnd } from '../../engine/trial/endToEndTrial';
import { runTrial } from '../../engine/trial/trial';
import { say } from '../../engine/trial/trialVoice';
import { trialFailure } from '../../engine/trial/trialFailure';
import { trialJobSchema } from '../../engine/trial/trialJob';
import { BatchError } from '../../models/onnx/workingBatches';

/** `greenbatch trial JOB`: one trial, started by the engine; speaks `TrialMessage` lines on standard output. */
export async function trialCommand([job]: string[]): Promise<number> {
  try {
    const parsed = z.union([trialJobSchema, accuracyJobSchema]).parse(JSON.parse(job ?? ''));
    const program = process.argv[1] as string;
    if (parsed.kind === 'accuracy') await runAccuracy(parsed, program);
    else if (parsed.kind === 'measure' && parsed.endToEnd)
      await runEndToEnd({ ...parsed, endToEnd: parsed.endToEnd }, program);
    else await runTrial(parsed, program);
    process.exit(0);
  } catch (error) {
    const works = error instanceof BatchError ? { works: [...error.works] } : {};
    say({ type: 'error', ...trialFailure(error), ...works });
    process.exit(1);
  }
}
