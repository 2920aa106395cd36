import { dirname, resolve } from 'node:path';
import { exitCodes } from '../../core/failure/exitCodes';
import type { Plan } from '../../core/plan/plan';
import { planJson } from '../../core/plan/planSchema';
import { planExperiment } from '../../engine/planning/planExperiment';
import { nameFromFile, workspaceOf } from '../../runs/store/folders';
import { CliError } from '../options/cliError';
import { aboveZero } from '../options/optionValues';
import type { Spec } from '../../core/spec/spec';
import { defineCommand, jsonOption, WrongUsage } from '../options/defineCommand';
import { readSpec } from '../options/experimentFile';
import { readMachine } from '../options/machineFile';
import { print, printData } from '../text/output';
import { planText } from '../text/planText';
import { styleFor } from '../text/style';

const help = `usage: greenbatch plan FILE [--machine FILE] [--detect PERCENT] [--json]

Says what an experiment is going to take before a joule is spent: its trials, the hours, the memory
of each configuration, and what is missing. Nothing runs, nothing is built, nothing is downloaded.

  --machine FILE  plan for the machine that a file describes (YAML or JSON: cores, memory, speeds; see
                  docs/planning.md), not for this one
  --detect P      besides, the blocks and hours that it takes to tell a difference of P percent between two
                  configurations, by how trials scattered in runs of before on this machine
  --json          the same as JSON (docs/plan.schema.json)

Exit code: 0 it can run as it stands; 2 a file is not valid; 10 something that it needs is missing, or a
configuration does not fit.
`;

/** `greenbatch plan`: 0 where the experiment can run as it stands, 10 where something is missing or does not fit. */
export const planCommand = defineCommand({
  help,
  options: { machine: { type: 'string' }, detect: { type: 'string' }, ...jsonOption },
  positionals: true,
  async run({ machine, detect, json }, positionals) {
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw new WrongUsage('name one experiment file');
    const { spec } = readSpec(file);
    const baseFolder = dirname(resolve(file));
    const detectPercent = detect === undefined ? undefined : percentToDetect(detect, spec);
    const plan = await planExperiment({
      ...{ name: spec.name ?? nameFromFile(file), spec, baseFolder, workspace: workspaceOf(baseFolder) },
      ...{ machine: machine === undefined ? null : readMachine(machine), detectPercent },
    });
    return printPlan(plan, json);
  },
});

/** A smaller one than the margin is called a tie, however well it is known. */
function percentToDetect(text: string, { measure }: Spec): number {
  const percent = aboveZero('--detect', text);
  if (percent > measure.equivalencePercent) return percent;
  throw new CliError(
    `--detect ${text}: differences of up to ${measure.equivalencePercent} % are called a tie (measure.equivalencePercent): name a larger one, or make that smaller`,
  );
}

/** @returns the exit code */
export function printPlan(plan: Plan, json: boolean): number {
  if (json) printData(`${JSON.stringify(planJson(plan), null, 2)}\n`);
  else print(planText(plan, styleFor(process.stdout), process.stdout.columns));
  return plan.ready ? exitCodes.ok : exitCodes.answerIsNo;
}
