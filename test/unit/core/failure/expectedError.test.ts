import { describe, expect, it } from 'vitest';
import { CliError } from '../../../../src/cli/options/cliError';
import { ExpectedError, failureOf } from '../../../../src/core/failure/expectedError';
import { SourceError } from '../../../../src/energy/source';
import { FileRefused } from '../../../../src/machine/regularFile';
import { CfgError } from '../../../../src/models/yolo/cfgError';
import { ModelError } from '../../../../src/models/modelError';
import { LogError } from '../../../../src/runs/store/eventLog';
import { RunNotFound } from '../../../../src/runs/store/runFolder';
import { DatasetError } from '../../../../src/workloads/detection/data/datasetError';
import { ImageCacheError } from '../../../../src/workloads/detection/prepare/tensorFile';

describe('every error that a user is expected to meet', () => {
  it.each([
    [new CliError('x'), 'usage', 2],
    [new CliError('x', 'busy'), 'busy', 5],
    [new ModelError('x'), 'model', 2],
    [new ModelError('x', 'out-of-memory'), 'out-of-memory', 1],
    [new CfgError([]), 'model', 2],
    [new DatasetError('x'), 'dataset', 2],
    [new ImageCacheError('x'), 'image-cache', 2],
    [new SourceError('source-dead', 'x', 'sudo y'), 'source-dead', 3],
    [new LogError('f', 1, 'x'), 'run-log', 2],
    [new RunNotFound('x'), 'run-not-found', 2],
    [new FileRefused('f', 'file-link', 'x'), 'file-link', 2],
  ] as const)('%s has a code and an exit code', (error, code, exitCode) => {
    expect(error).toBeInstanceOf(ExpectedError);
    expect(error.exitCode).toBe(exitCode);
    expect(failureOf(error)).toEqual({ code, message: error.message, fix: error.fix });
  });

  it('anything else is unexpected', () => {
    expect(failureOf(new TypeError('x'))).toEqual({ code: 'unexpected', message: 'x', fix: null });
    expect(failureOf('x')).toEqual({ code: 'unexpected', message: 'x', fix: null });
  });
});
