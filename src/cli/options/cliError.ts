import { ExpectedError } from '../../core/failure/expectedError';
import type { FailureCode } from '../../core/failure/failure';

/** What a command cannot do with what it was given. */
export class CliError extends ExpectedError {
  override readonly name = 'CliError';

  constructor(message: string, code: FailureCode = 'usage', fix: string | null = null) {
    super(code, message, fix);
  }
}
