import * as vscode from 'vscode';
import { parsePipeline } from '../../core/pipeline/file/pipelineText';
import { diagnosticSource } from '../configs/diagnostics';
import { isMissing, missingText, stagesOf } from './pipelineStages';

/** What is wrong with a pipeline file, each where it stands, and which stages are still to be profiled. */
export function pipelineProblems(document: vscode.TextDocument): vscode.Diagnostic[] {
  const text = document.getText();
  const parsed = parsePipeline(text);
  if (parsed.ok) {
    const stages = stagesOf(document.uri.fsPath, text) ?? [];
    return stages
      .filter(isMissing)
      .map((state) => problemAt(lineRange(text, state.line), missingText(state), 'Information'));
  }
  return parsed.problems.map(({ line, column, endLine = line, endColumn = column, path, message, allowed }) => {
    const range = new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1);
    const said = `${path === '' ? '' : `${path}: `}${message}${allowed === null ? '' : ` (allowed: ${allowed})`}`;
    return problemAt(range, said, 'Error');
  });
}

function problemAt(range: vscode.Range, message: string, severity: 'Error' | 'Information'): vscode.Diagnostic {
  const problem = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity[severity]);
  problem.source = diagnosticSource;
  return problem;
}

/** What is written on a line. */
function lineRange(text: string, line: number): vscode.Range {
  const written = text.split('\n')[line]?.trimEnd() ?? '';
  return new vscode.Range(line, written.length - written.trimStart().length, line, written.length);
}
