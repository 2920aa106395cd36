import { dirname, resolve } from 'node:path';
import type { Spec } from '../../core/spec/spec';
import type { SpecProblem } from '../../core/spec/specProblem';
import { formatProblems, parseSpec, placeIssues } from '../../core/spec/specText';
import { maxSpecBytes } from '../../core/spec/specYaml';
import { kindIssues } from '../../energy/askedKinds';
import { energySources } from '../../energy/sources';
import { readText } from '../../machine/regularFile';
import { checkExperiment } from '../../workloads/checkExperiment';
import { printError } from '../text/output';
import { CliError } from './cliError';

/**
 * The experiment in a file, as a command takes it; warnings go to standard error.
 *
 * @throws CliError `experiment` with all that is wrong with it
 */
export function readSpec(file: string): { spec: Spec; text: string } {
  let text: string;
  try {
    text = readText(file, maxSpecBytes);
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${(error as Error).message}`, 'experiment');
  }
  const parsed = parseSpec(text);
  const invalid = (problems: SpecProblem[]) =>
    new CliError(`${file} is not a valid experiment:\n${formatProblems(file, problems)}`, 'experiment');
  if (!parsed.ok) throw invalid(parsed.problems);
  const { spec } = parsed;
  const { errors: ofWork, warnings } = checkExperiment(spec, dirname(resolve(file)));
  const errors = [...ofWork, ...kindIssues(spec.measure.source, energySources)];
  if (errors.length > 0) throw invalid(placeIssues(text, errors));
  for (const warning of [...parsed.warnings, ...placeIssues(text, warnings)])
    printError(`${formatProblems(file, [warning])}\n`);
  return { spec, text };
}
