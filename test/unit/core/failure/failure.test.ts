import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../../../src/core/failure/exitCodes';
import { canResume, exitCodeOf, failureCodes, failureText } from '../../../../src/core/failure/failure';

const docs = readFileSync('docs/cli.md', 'utf8');
/** First cells of the table below a heading. */
const firstColumn = (heading: string) =>
  docs
    .split(`## ${heading}\n`)[1]!
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) => line.split('|')[1]!.trim());

describe('docs/cli.md', () => {
  it('lists every exit code once', () => {
    const documented = firstColumn('Exit codes').map(Number);
    expect(documented).toEqual(Object.values(exitCodes));
  });

  it('lists every failure with the exit code that it has', () => {
    const documented = firstColumn('Failures').flatMap((cell) => cell.match(/[a-z-]+/g) ?? []);
    expect(documented.sort()).toEqual(Object.keys(failureCodes).sort());
  });
});

describe('a failure', () => {
  it('is offered to be resumed only where that can get further', () => {
    expect(['disk-full', 'unexpected', 'image-cache'].every(canResume)).toBe(true);
    expect(['source-absent', 'source-permission', 'model', 'model-changed', 'nothing-measured'].some(canResume)).toBe(
      false,
    );
    // Of a newer program: nothing is known against it.
    expect(canResume('toString')).toBe(true);
    expect(exitCodeOf('toString')).toBeNull();
  });

  it('has its fix below the message in a terminal, and nothing where there is none', () => {
    expect(failureText({ message: 'locked.', fix: 'sudo a' })).toBe('locked.\nFix:\nsudo a');
    expect(failureText({ message: 'locked.', fix: null })).toBe('locked.');
  });
});
