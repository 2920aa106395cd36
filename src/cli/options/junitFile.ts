import { junitHead } from '../../core/analysis/check/junit';
import { isFilePlaceTaken, readText } from '../../machine/regularFile';
import { CliError } from './cliError';
import { checkWritable, outputFailure, replaceOutput } from './outputFile';

/** Far beyond what a hundred limits make. */
const mostBytes = 16e6;

/**
 * Before work of minutes whose result is to be written there.
 *
 * @throws CliError where it could not be, and where a file stands that no check has written: it is somebody's
 */
export function requireJunitPlace(file: string): void {
  let isOwn: boolean;
  try {
    isOwn = !isFilePlaceTaken(file) || readText(file, mostBytes).startsWith(junitHead);
  } catch (error) {
    throw outputFailure(file, error);
  }
  if (!isOwn)
    throw new CliError(
      `--junit ${file} is there already and was not written by "greenbatch check": name another file, or take it away`,
    );
  checkWritable(file);
}

export async function writeJunit(file: string, xml: string): Promise<void> {
  // It may have become another one while the run was measured.
  requireJunitPlace(file);
  await replaceOutput(file, xml);
}
