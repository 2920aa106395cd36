import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
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

/**
 * Before work of minutes whose result is to be written there.
 *
 * @param inputs files that are read, none of which it may be
 * @throws ExpectedError `usage`
 */
export function checkOutput(file: string, inputs: readonly string[]): void {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isDirectory()) throw new CliError(`${file} is a folder: name a file with -o`);
  const isInput = inputs.some((input) => {
    const one = statSync(input, { throwIfNoEntry: false });
    return one !== undefined && one.dev === there?.dev && one.ino === there.ino;
  });
  if (isInput) throw new CliError(`-o ${file} would replace what is read: name another file`);
  try {
    accessSync(there ? file : dirname(file), constants.W_OK);
  } catch (error) {
    throw new CliError(`${file} cannot be written: ${(error as Error).message}`);
  }
}
