import { dirname } from 'node:path';
import type * as vscode from 'vscode';
import * as z from 'zod';
import type { FixedSizes } from '../../core/spec/modelSizes';
import { failureOfCommand } from '../program/failure';
import { tellFailure } from '../runs/notify';
import { programOf, runProgram } from '../program/program';
import type { Session } from '../session/session';

const sizesSchema: z.ZodType<FixedSizes> = z.object({
  batch: z.int().nullable(),
  height: z.int().nullable(),
  width: z.int().nullable(),
});

/**
 * The sizes that a model fixes, as the program that will measure it reads them.
 *
 * @returns undefined for a model that cannot be profiled, which was told
 * @throws NotTrusted
 */
export async function modelSizes({ context }: Session, model: vscode.Uri): Promise<FixedSizes | undefined> {
  const program = programOf(context.extensionUri);
  const { code, stdout, stderr } = await runProgram(program, ['inspect', model.fsPath, '--json'], {
    cwd: dirname(model.fsPath),
  });
  if (code === 0) return sizesSchema.parse(JSON.parse(stdout));
  // Not awaited: the message may stand there for long.
  void tellFailure(failureOfCommand(code, stderr));
  return undefined;
}
