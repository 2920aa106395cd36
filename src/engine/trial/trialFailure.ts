import { ExpectedError, failureOf } from '../../core/failure/expectedError';
import type { Failure } from '../../core/failure/failure';
import { saysOutOfMemory } from '../../models/onnx/outOfMemory';

/** What ended a trial's work, as data for its engine. */
export function trialFailure(error: unknown): Failure {
  const failure = failureOf(error);
  const isForeign = !(error instanceof ExpectedError);
  return isForeign && saysOutOfMemory(failure.message) ? { ...failure, code: 'out-of-memory' } : failure;
}
