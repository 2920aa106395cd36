import * as vscode from 'vscode';
import type { ConfigFile } from '../../core/configFiles/configFile';
import { rangeOf } from './codeLens';
import type { FileResults } from './fileResults';

/** `source` of our diagnostics. */
export const diagnosticSource = 'Greenbatch';

/** A hint where a measurement found a greener configuration that can be written into the file. */
export async function hintsOf(document: vscode.TextDocument, results: FileResults): Promise<vscode.Diagnostic[]> {
  const result = await results.of(document);
  if (!result?.hint || !result.suggestion || 'refused' in result.suggestion) return [];
  if (result.suggestion.edits.length === 0) return [];
  const hint = new vscode.Diagnostic(batchRange(result.config), result.hint.text, vscode.DiagnosticSeverity.Hint);
  hint.source = diagnosticSource;
  hint.code = 'batch-size';
  return [hint];
}

/** Where the batch size stands: of several places the one that says what the server forms. */
function batchRange({ places }: ConfigFile): vscode.Range {
  return rangeOf(places.find((p) => p.field === 'preferred_batch_size') ?? places[0]!);
}
