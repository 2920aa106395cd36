import * as vscode from 'vscode';
import type { SpecProblem } from '../../core/spec/specProblem';
import { parseSpec } from '../../core/spec/specText';
import { diagnosticSource } from '../configs/diagnostics';

type Found = SpecProblem & { isWarning: boolean };

/** What `greenbatch run` would say of the text, each where it stands. */
export function experimentProblems(
  document: vscode.TextDocument,
  { beyondSchemaAlone }: { beyondSchemaAlone: boolean },
): vscode.Diagnostic[] {
  return problemsOf(document)
    .filter(({ isBeyondSchema }) => !beyondSchemaAlone || isBeyondSchema)
    .map((problem) => {
      const { Error, Warning } = vscode.DiagnosticSeverity;
      const diagnostic = new vscode.Diagnostic(rangeIn(problem), wordsOf(problem), problem.isWarning ? Warning : Error);
      diagnostic.source = diagnosticSource;
      return diagnostic;
    });
}

/** What was most likely meant, for the problems that a stretch of text touches. Offered whoever else tells the problem. */
export function quickFixes(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
  return problemsOf(document).flatMap((problem) => {
    const { instead } = problem;
    const at = rangeIn(problem);
    if (instead === undefined || !at.intersection(range)) return [];
    const fix = new vscode.CodeAction(vscode.l10n.t('Change to {0}', instead), vscode.CodeActionKind.QuickFix);
    fix.edit = new vscode.WorkspaceEdit();
    fix.edit.replace(document.uri, at, instead);
    fix.isPreferred = true;
    return [fix];
  });
}

function problemsOf(document: vscode.TextDocument): Found[] {
  const parsed = parseSpec(document.getText());
  const [problems, isWarning] = parsed.ok ? [parsed.warnings, true] : [parsed.problems, false];
  return problems.map((problem) => ({ ...problem, isWarning }));
}

function rangeIn({ line, column, endLine = line, endColumn = column }: SpecProblem): vscode.Range {
  return new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1);
}

/** The place says the field already. */
const wordsOf = ({ message, allowed }: SpecProblem) =>
  allowed === null ? message : `${message} (allowed: ${allowed})`;
