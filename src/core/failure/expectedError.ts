import type { ExitCode } from './exitCodes';
import { type Failure, type FailureCode, failureCodes } from './failure';

/** Base of all errors whose message is for the user, without a stack: something that he can put right, or must know. */
export class ExpectedError extends Error implements Failure {
  override readonly name: string = 'ExpectedError';

  constructor(
    readonly code: FailureCode,
    message: string,
    /** Commands for a terminal; advice belongs into the message. */
    readonly fix: string | null = null,
  ) {
    super(message);
  }

  get exitCode(): ExitCode {
    return failureCodes[this.code].exitCode;
  }
}

/** Whatever was thrown, as data. */
export function failureOf(error: unknown): Failure & { code: FailureCode } {
  if (error instanceof ExpectedError) return { code: error.code, message: error.message, fix: error.fix };
  return { code: 'unexpected', message: error instanceof Error ? error.message : String(error), fix: null };
}
