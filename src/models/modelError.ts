import { ExpectedError } from '../core/failure/expectedError';
import type { FailureCode } from '../core/failure/failure';

/** Something about a model that its user can put right: wrong name, wrong size, no room. The message says how. */
export class ModelError extends ExpectedError {
  override readonly name: string = 'ModelError';

  constructor(message: string, code: FailureCode = 'model') {
    super(code, message);
  }
}
