import { ExpectedError } from '../../../core/failure/expectedError';

/** Images, annotations or detections on disk cannot be used; the message says what to change. */
export class DatasetError extends ExpectedError {
  override readonly name: string = 'DatasetError';

  constructor(message: string) {
    super('dataset', message);
  }
}

/** Passes a failed read on as a `DatasetError` that names `path`; `hint` follows where there is no such file. */
export async function readOr<T>(reading: Promise<T>, path: string, hint = ''): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw readFailure(error, path, hint);
  }
}

/** The `DatasetError` for a failed read of `path`; one that is one already stays as it is. */
export function readFailure(error: unknown, path: string, hint = ''): DatasetError {
  if (error instanceof DatasetError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new DatasetError(`${path} does not exist${hint === '' ? '' : `: ${hint}`}`);
  if (code === 'EACCES' || code === 'EPERM')
    return new DatasetError(`${path} cannot be read: this user has no permission (chmod, or run as its owner)`);
  return new DatasetError(`${path} cannot be read: ${message}`);
}
