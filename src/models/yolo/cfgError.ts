import { ModelError } from '../modelError';

/** One thing wrong with a cfg. Line and column count from 1. */
export type CfgProblem = { line: number; column: number; problem: string; allowed: string };

const shown = 50;

/** All that is wrong with a cfg, in the order of the file. */
export class CfgError extends ModelError {
  override readonly name = 'CfgError';
  readonly problems: readonly CfgProblem[];

  constructor(problems: readonly CfgProblem[], file = 'cfg') {
    const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
    const lines = sorted
      .slice(0, shown)
      .map((p) => `${file}:${p.line}:${p.column}: ${p.problem}; allowed: ${p.allowed}`);
    if (sorted.length > shown) lines.push(`… and ${sorted.length - shown} more`);
    super(lines.join('\n'));
    this.problems = sorted;
  }
}
