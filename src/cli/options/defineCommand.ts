import { parseArgs, type ParseArgsConfig } from 'node:util';
import { print } from '../text/output';
import { CliError } from './cliError';

/** A command as main calls it: what stood behind its name, and the exit code that comes of it. */
export type Command = (argv: string[]) => Promise<number>;

type Options = NonNullable<ParseArgsConfig['options']>;
type Given<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>;

/** Options by name, and what stood between them, for commands in which the order tells what belongs together. */
export type Token = { option: string } | { positional: string };

const tokenOf = (token: { kind: string; name?: string; value?: unknown }): Token[] =>
  token.kind === 'option'
    ? [{ option: String(token.name) }]
    : token.kind === 'positional'
      ? [{ positional: String(token.value) }]
      : [];

/** What is said is no call of this command: the command shows its usage below the message. */
export class WrongUsage extends CliError {}

export const jsonOption = { json: { type: 'boolean', default: false } } as const;

/**
 * The frame of a command that people call: parses what stands behind its name, and prints the help where it is asked for.
 *
 * @param options as for `parseArgs`; `--help` and `-h` are added
 * @param positionals whether it takes any; how many is its own matter
 * @param run gets the options' values, the positionals, and both in the order in which they stood
 * @returns a command that throws CliError, with the usage, for unknown options and for a WrongUsage of `run`
 */
export function defineCommand<const O extends Options>({
  help,
  options,
  positionals: allowPositionals,
  run,
}: {
  help: string;
  options: O;
  positionals: boolean;
  run(values: Given<O>['values'], positionals: string[], inOrder: Token[]): number | Promise<number>;
}): Command {
  return async (argv) => {
    try {
      const { values, positionals, tokens } = parseArgs({
        args: argv,
        allowPositionals,
        tokens: true,
        options: { ...options, help: { type: 'boolean', short: 'h', default: false } },
      });
      if ((values as { help?: boolean }).help) {
        print(help);
        return 0;
      }
      return await run(values as Given<O>['values'], positionals, tokens.flatMap(tokenOf));
    } catch (error) {
      throw isWrongUsage(error) ? new CliError(`${error.message}\n\n${help.trimEnd()}`) : error;
    }
  };
}

const isWrongUsage = (error: unknown): error is Error =>
  error instanceof WrongUsage ||
  // What node's own parser throws for options that it does not know.
  (error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS'));
