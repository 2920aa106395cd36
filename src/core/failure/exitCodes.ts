/** Every exit code of the program; docs/cli.md has the same table, and a test compares them. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  source: 3,
  nothingMeasured: 4,
  busy: 5,
  unresolved: 6,
  infeasible: 7,
  incomparable: 8,
  conditions: 9,
  answerIsNo: 10,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
