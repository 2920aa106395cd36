import { afterEach, describe, expect, it, vi } from 'vitest';
import { CliError } from '../../../../src/cli/options/cliError';
import { defineCommand, jsonOption, WrongUsage } from '../../../../src/cli/options/defineCommand';
import { ExpectedError } from '../../../../src/core/failure/expectedError';

const help = 'usage: greenbatch weigh THING [--json] [--unit U]\n';
const given = vi.fn<(values: object, positionals: string[]) => number>(() => 6);
const weigh = defineCommand({
  help,
  options: { ...jsonOption, unit: { type: 'string', short: 'u', default: 'g' } },
  positionals: true,
  async run(values, positionals) {
    await Promise.resolve();
    return given(values, positionals);
  },
});
const bare = defineCommand({ help, options: {}, positionals: false, run: () => 0 });

const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
afterEach(() => {
  given.mockReset().mockReturnValue(6);
  printed.mockClear();
});
const refused = (call: Promise<number>) =>
  call.then(
    () => null,
    (error: unknown) => error,
  );

describe('the frame of a command', () => {
  it('hands on options and arguments, and the exit code back', async () => {
    expect(await weigh(['ship', '-u', 'kg', 'crew'])).toBe(6);
    expect(given).toHaveBeenCalledWith(expect.objectContaining({ unit: 'kg', json: false }), ['ship', 'crew']);
  });

  it.each([['--help'], ['-h'], ['ship', '--json', '--help']])('prints the help alone: %s', async (...argv) => {
    expect(await weigh(argv)).toBe(0);
    expect(printed.mock.calls).toEqual([[help]]);
    expect(given).not.toHaveBeenCalled();
  });

  it.each<[string, () => Promise<number>, RegExp]>([
    ['an unknown option', () => weigh(['--jsn']), /^Unknown option '--jsn'/],
    ['an option without its value', () => weigh(['ship', '--unit']), /^Option '-u, --unit <value>' argument missing/],
    ['a value where none belongs', () => weigh(['--json=1']), /^Option '--json' does not take an argument/],
    ['an argument where none belongs', () => bare(['ship']), /^Unexpected argument 'ship'/],
  ])('refuses %s with the usage below, exit code 2', async (_, call, message) => {
    const error = (await refused(call())) as CliError;
    expect(error).toBeInstanceOf(CliError);
    expect(error).toMatchObject({ code: 'usage', exitCode: 2, message: expect.stringMatching(message) });
    expect(error.message.endsWith(`\n\n${help.trimEnd()}`)).toBe(true);
  });

  it('puts the usage below a wrong call that the command itself finds, also later and deeper', async () => {
    given.mockImplementation(() => {
      throw new WrongUsage('name one thing');
    });
    expect(await refused(weigh([]))).toMatchObject({ message: `name one thing\n\n${help.trimEnd()}`, code: 'usage' });
  });

  it('leaves every other failure as it is', async () => {
    const broken = new TypeError('broken');
    for (const failure of [new CliError('no such thing'), new ExpectedError('busy', 'another one', 'wait'), broken]) {
      given.mockImplementation(() => {
        throw failure;
      });
      expect(await refused(weigh(['ship']))).toBe(failure);
    }
  });
});
