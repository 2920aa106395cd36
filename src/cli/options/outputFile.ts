import { writeFileSync } from 'node:fs';
import { ExpectedError } from '../../core/failure/expectedError';
import { isDiskFull } from '../../machine/smallFile';
import { CliError } from './cliError';

/**
 * Writes what a person asked for to a file that he named: what it holds is replaced.
 *
 * @throws ExpectedError `disk-full`, or `usage` where it cannot be written for another reason
 */
export function writeOutput<Content extends string | Uint8Array>(
  file: string,
  content: Content,
  write: (file: string, content: Content) => void = writeFileSync,
): void {
  try {
    write(file, content);
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    if (isDiskFull(error))
      throw new CliError(
        `${file} is not whole: its disk is full; free some space, or name a file elsewhere with -o`,
        'disk-full',
      );
    throw new CliError(`${file} cannot be written: ${(error as Error).message}`);
  }
}
