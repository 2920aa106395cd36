/** An expected failure: its message is for the user, without a stack. Exit codes: docs/cli.md. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly exitCode = 2,
  ) {
    super(message);
    this.name = 'CliError';
  }
}
