import { statSync } from 'node:fs';
import type { Failure } from '../../core/failure/failure';
import { readFailureLine } from '../../core/failure/failureLine';
import { readWhole } from '../../machine/regularFile';
import { engineLogFile } from './folders';

/** More is no last word of an engine. */
const mostPrinted = 16 << 20;

/**
 * What an engine printed: normally nothing. One that fails before its log can take the reason prints it as data
 * (`failureLine`), one that dies whatever the system or a native library says.
 *
 * @param from bytes that were there before it was started
 */
export function readEngineLog(folder: string, from = 0): { failure: Failure | null; text: string } {
  let printed: string;
  try {
    printed = readWhole(engineLogFile(folder), mostPrinted).toString('utf8', from);
  } catch {
    printed = '';
  }
  return { failure: readFailureLine(printed), text: printed.trim().split('\n').slice(-5).join('\n') };
}

export function engineLogBytes(folder: string): number {
  return statSync(engineLogFile(folder), { throwIfNoEntry: false })?.size ?? 0;
}
