import { accessSync, constants, existsSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExpectedError } from '../../core/failure/expectedError';
import { isFilePlaceTaken } from '../../machine/regularFile';
import { replaceFile } from '../../machine/replaceFile';
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
    throw outputFailure(file, error, `${file} is not whole`);
  }
}

/**
 * Puts a whole file in the place of what is there: a failure leaves that as it is. Never through a link.
 *
 * @throws ExpectedError as `writeOutput`; FileRefused where a link stands, or what is no regular file
 */
export async function replaceOutput(file: string, text: string): Promise<void> {
  try {
    isFilePlaceTaken(file);
    await replaceFile(file, text);
  } catch (error) {
    throw outputFailure(file, error);
  }
}

/** What is told of an output that could not be written. */
export function outputFailure(file: string, error: unknown, state = `${file} is not written`): ExpectedError {
  if (error instanceof ExpectedError) return error;
  if (isDiskFull(error))
    return new CliError(`${state}: its disk is full; free some space, or name a file elsewhere with -o`, 'disk-full');
  return new CliError(`${file} cannot be written: ${(error as Error).message}`);
}

/** @throws CliError where the output would take the place of what it is made of */
export function refuseInput(output: string, inputs: readonly string[]): void {
  const place = placeOf(output);
  if (place !== null && inputs.some((input) => placeOf(input) === place))
    throw new CliError(`-o ${output} is what is read: name another file`);
}

function placeOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** Before work of minutes whose result is to be written there. @throws CliError where it could not be */
export function checkWritable(file: string): void {
  try {
    accessSync(existsSync(file) ? file : dirname(file), constants.W_OK);
  } catch (error) {
    throw outputFailure(file, error);
  }
}
