import { basename } from 'node:path';
import * as vscode from 'vscode';
import { failureOfCommand } from '../program/failure';
import { tellFailure } from '../runs/notify';
import { type Finished, programOf, runProgram } from '../program/program';
import type { Session } from '../session/session';

/** @param signal ends the program when whoever asked does not wait any more */
export function compareOutput(
  { context }: Session,
  before: string,
  after: string,
  signal?: AbortSignal,
): Promise<Finished> {
  return runProgram(programOf(context.extensionUri), ['compare', before, after], { signal });
}

/** Shows two runs side by side. Which is the earlier one is seen from their names, which begin with the time. */
export async function compareRuns(session: Session, one: string, other: string): Promise<void> {
  const [before, after] = basename(one) <= basename(other) ? [one, other] : [other, one];
  const { code, stdout, stderr } = await compareOutput(session, before, after);
  // A comparison that is refused (measured with estimated, other pixels) explains itself on standard output.
  if (stdout.trim() === '') return tellFailure(failureOfCommand(code, stderr));
  await session.documents.show(vscode.l10n.t('Comparison of {0} and {1}', basename(before), basename(after)), stdout);
}
