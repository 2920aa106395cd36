import { describe, expect, it } from 'vitest';
import { ExpectedError } from '../../../../src/core/failure/expectedError';
import { failureLine } from '../../../../src/core/failure/failureLine';
import { failureOfCommand } from '../../../../src/extension/program/failure';

describe('why a command ended badly', () => {
  it('is what the program wrote as data, whatever stands around it', () => {
    const busy = new ExpectedError('busy', 'another run measures: "greenbatch: Fix: x"');
    const stderr = `warning: slow disk\nRun folder: /w/x\n${failureLine(busy)}\nlibrary: bye\n`;
    expect(failureOfCommand(5, stderr)).toEqual({ code: 'busy', message: busy.message, fix: null });
    const locked = new ExpectedError('source-permission', 'RAPL cannot be used', 'sudo a\nsudo b');
    expect(failureOfCommand(3, failureLine(locked))).toMatchObject({
      code: 'source-permission',
      fix: 'sudo a\nsudo b',
    });
  });

  it('is the last words of a program that could not write any', () => {
    expect(failureOfCommand(null, 'node: spawn ENOENT')).toMatchObject({
      code: 'not-started',
      message: 'node: spawn ENOENT',
    });
    expect(failureOfCommand(139, 'a\n\nb\nc\nd\n')).toEqual({ code: 'unexpected', message: 'b\nc\nd', fix: null });
    expect(failureOfCommand(1, '')).toMatchObject({ code: 'unexpected', message: '' });
    expect(failureOfCommand(130, '')).toMatchObject({ code: 'interrupted' });
    expect(failureOfCommand(1, '{"error":{"code":3,"message":"x"}}\n{"error":null}\nnull')).toMatchObject({
      code: 'unexpected',
    });
  });
});
