import { exitCodes } from '../../core/failure/exitCodes';
import type { Failure } from '../../core/failure/failure';
import { readFailureLine } from '../../core/failure/failureLine';

/**
 * Why a started command ended badly: what it wrote as data (`childEnvironment` asks for that), else, of a program that
 * was killed or could not be started, its last words.
 *
 * @param exitCode null when the program was ended by a signal or could not be started
 */
export function failureOfCommand(exitCode: number | null, stderr: string): Failure {
  const told = readFailureLine(stderr);
  if (told !== null) return told;
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const code =
    exitCode === null ? 'not-started' : exitCode === exitCodes.interrupted ? 'interrupted' : ('unexpected' as const);
  return { code, message: lines.slice(-3).join('\n'), fix: null };
}
