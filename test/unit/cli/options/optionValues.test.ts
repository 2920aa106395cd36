import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildCommand } from '../../../../src/cli/commands/build';
import { CliError } from '../../../../src/cli/options/cliError';
import { detectCommand } from '../../../../src/cli/commands/detect';
import { evaluateCommand } from '../../../../src/cli/commands/evaluate';
import { exportCommand } from '../../../../src/cli/commands/export';
import { oneOf, seconds, share, wholeNumber } from '../../../../src/cli/options/optionValues';
import { runsCommand } from '../../../../src/cli/commands/runs';
import { stopCommand } from '../../../../src/cli/commands/stop';
import { keepPrinted } from '../../../support/printed';
import { writeRun } from '../../../support/runFolders';

describe('the values of options', () => {
  it('are digits alone, within their range', () => {
    expect([wholeNumber('--n', '1'), wholeNumber('--n', '007'), wholeNumber('--n', '0', 0)]).toEqual([1, 7, 0]);
    for (const text of ['', ' 1', 'abc', '0', '-1', '1.5', '1e3', '0x10', '١', 'Infinity', '1000000']) {
      expect(() => wholeNumber('--n', text), text).toThrow(CliError);
    }
    // A seed beyond what is exact would silently be another one.
    expect(() => wholeNumber('--seed', '9007199254740993', 0, 0xffff_ffff)).toThrow('--seed 9007199254740993; allowed');
  });

  it('are seconds, shares, or one of a list', () => {
    expect([seconds('--wait', '0.5'), share('--conf', '.25'), oneOf('--input', 'b', ['a', 'b'])]).toEqual([
      0.5,
      0.25,
      'b',
    ]);
    for (const text of ['', 'soon', '-1', 'Infinity']) expect(() => seconds('--wait', text), text).toThrow(CliError);
    for (const text of ['', 'x', '1.1', '-0.1']) expect(() => share('--conf', text), text).toThrow(CliError);
    expect(() => oneOf('--input', 'toString', ['a', 'b'])).toThrow('--input toString; allowed: a, b');
  });
});

describe('a command with a wrong value', () => {
  let workspace: string;
  const printed = keepPrinted();
  beforeEach(async () => {
    workspace = mkdtempSync(join(tmpdir(), 'greenbatch-options-'));
    vi.spyOn(process, 'cwd').mockReturnValue(workspace);
    await writeRun(workspace, 'one', join(workspace, 'a.energy.yaml'), 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\n');
  });
  afterEach(() => {
    rmSync(workspace, { recursive: true });
  });

  const labelled = ['--labels', 'x', '--images', 'x'];
  const detect = ['--images', 'x', '-o', 'y', '--model', 'm.onnx'];
  it.each<[string, (argv: string[]) => Promise<number>, string[]]>([
    ['runs --limit', runsCommand, ['--limit', 'abc']],
    ['runs --limit', runsCommand, ['--limit', '0']],
    ['stop --wait', stopCommand, ['--wait', 'soon']],
    ['build --seed', buildCommand, ['yolov7-tiny', '-o', 'x.onnx', '--seed', '1.5']],
    ['build --seed', buildCommand, ['yolov7-tiny', '-o', 'x.onnx', '--seed', '9007199254740993']],
    ['build --input', buildCommand, ['yolov7-tiny', '-o', 'x.onnx', '--input', 'float16']],
    ['build --image-size', buildCommand, ['yolov7-tiny', '-o', 'x.onnx', '--image-size', 'big']],
    ['detect --conf', detectCommand, [...detect, '--conf', 'high']],
    ['detect --iou', detectCommand, [...detect, '--iou', '2']],
    ['evaluate --count', evaluateCommand, [...labelled, '--detections', 'd', '--count', 'many']],
    ['export --format', exportCommand, ['one', '--format', 'pdf']],
  ])('%s is refused with exit code 2 and what is allowed', async (option, command, argv) => {
    const refused = await command(argv).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused).toBeInstanceOf(CliError);
    expect(String(refused)).toContain(option.split(' ')[1]);
  });

  it('lists as many runs as it is asked for', async () => {
    await writeRun(workspace, 'two', join(workspace, 'a.energy.yaml'), 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\n');
    await runsCommand(['--limit', '1', '--json']);
    expect(JSON.parse(printed.out)).toHaveLength(1);
  });
});
