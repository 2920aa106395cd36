import type { MachineFile } from '../../core/plan/machineSchema';
import { parseMachine } from '../../core/plan/machineText';
import { formatProblems } from '../../core/spec/specText';
import { maxSpecBytes } from '../../core/spec/specYaml';
import { readText } from '../../machine/regularFile';
import { CliError } from './cliError';

/** The machine that a file describes. @throws CliError with all that is wrong with it */
export function readMachine(file: string): MachineFile {
  let text: string;
  try {
    text = readText(file, maxSpecBytes);
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${(error as Error).message}`);
  }
  const parsed = parseMachine(text);
  if (parsed.ok) return parsed.machine;
  throw new CliError(`${file} is not a valid description of a machine:\n${formatProblems(file, parsed.problems)}`);
}
