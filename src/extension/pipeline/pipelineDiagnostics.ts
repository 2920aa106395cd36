import * as vscode from 'vscode';
import { parsePipeline } from '../../core/pipeline/file/pipelineText';
import { diagnosticSource } from '../configs/diagnostics';
import { isMissing, missingText, type StageState, stagesOf } from './pipelineStages';
import type { StageProfiles } from './stageProfiles';

/** What is wrong with a pipeline file, or with what it names, each where it stands, and which stages are still to be profiled. */
export function pipelineProblems(document: vscode.TextDocument, profiles: StageProfiles): vscode.Diagnostic[] {
  const text = document.getText();
  const parsed = parsePipeline(text);
  if (parsed.ok) {
    const stages = stagesOf(document.uri.fsPath, text) ?? [];
    const gone = stages
      .filter(isMissing)
      .map((state) => problemAt(lineRange(text, state.line), missingText(state), 'Information'));
    // Whatever else they name is read for it.
    return stages.every(({ isLookedFor }) => isLookedFor)
      ? [
          ...gone,
          ...problemsWithin(
            document,
            profiles,
            stages.filter((state) => !isMissing(state)),
          ),
        ]
      : gone;
  }
  return parsed.problems.map(({ line, column, endLine = line, endColumn = column, path, message, allowed }) => {
    const range = new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1);
    const said = `${path === '' ? '' : `${path}: `}${message}${allowed === null ? '' : ` (allowed: ${allowed})`}`;
    return problemAt(range, said, 'Error');
  });
}

/** What only reading tells. */
function problemsWithin(
  document: vscode.TextDocument,
  profiles: StageProfiles,
  stages: readonly StageState[],
): vscode.Diagnostic[] {
  const text = document.getText();
  const found = profiles.of(document);
  if ('problem' in found) {
    const load = text.split('\n').findIndex((line) => /^"?load"?\s*:/.test(line));
    return [problemAt(lineRange(text, Math.max(0, load)), found.problem, 'Error')];
  }
  const names = new Set(stages.map(({ stage }) => stage.name));
  return found.stages.flatMap(({ name, missing }) =>
    missing === null || !names.has(name)
      ? []
      : [
          problemAt(
            lineRange(text, missing.line),
            `${name}: ${missing.message}`,
            missing.kind === 'wrong' ? 'Error' : 'Information',
          ),
        ],
  );
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
