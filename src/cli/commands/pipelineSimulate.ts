import { dirname, join } from 'node:path';
import { exitCodes } from '../../core/failure/exitCodes';
import { toCsv } from '../../core/export/csv';
import { type PolicyName, policyNames, predictorNames } from '../../core/pipeline/simulation/simulationSchema';
import { simulatePolicies } from '../../core/pipeline/simulation/simulation';
import {
  policyTable,
  seriesTable,
  simulationNotes,
  simulationSentence,
} from '../../core/pipeline/simulation/simulationText';
import { wrapped } from '../../core/words/wrapped';
import { loadSolver } from '../../solver/solver';
import { CliError } from '../options/cliError';
import { defineCommand, jsonOption, WrongUsage } from '../options/defineCommand';
import { oneOf, seconds, wholeNumber } from '../options/optionValues';
import { readPipeline, wholeProblem } from '../options/pipelineFile';
import { checkWritable, refuseInput, writeOutput } from '../options/outputFile';
import { tableText } from '../text/analysisText';
import { oneLine, print, printData } from '../text/output';
import { styleFor } from '../text/style';

const help = `usage: greenbatch pipeline simulate FILE [--policy NAME...|--all] [--seconds N] [--seed N]
           [--predictor ${predictorNames.join('|')}] [--interval N] [--drop N] [--start N] [--timeout N] [--even]
           [--json] [-o FILE.csv]

Replays the load of a pipeline (*.pipeline.yaml, or a problem as JSON) under several policies. All is simulated from
profiles, nothing is measured (docs/pipeline.md).

  --policy NAME     ${policyNames.slice(0, 4).join(', ')},
                    ${policyNames.slice(4).join(', ')};
                    once or several times (default: energy-aware and fixed); --all: all of them
  --seconds N       how long (default: the pattern's length; 3600 of a constant load)
  --seed N          of the arrivals (default 1); --even: evenly spaced ones
  --predictor NAME  which load is decided for (default reactive: what arrived in the last interval)
  --interval N      seconds from decision to decision (default 10)
  --drop N          a request that is older when its batch would start is dropped (default: the latency limit)
  --start N         seconds until a new replica works (default 0)
  --timeout N       how long a batch waits to be filled (default: the time to fill it at the load)
  --json            everything, as docs/pipeline-simulation.schema.json describes it
  -o FILE.csv       also a row for each interval of each policy

Exit codes: 0 simulated, 2 the file is not valid, 7 no policy has a feasible configuration to begin with.
`;

/** What is simulated where no policy is named: the file's weights, and the same without adapting. */
const usualPolicies: PolicyName[] = ['energy-aware', 'fixed'];

export const pipelineSimulateCommand = defineCommand({
  help,
  options: {
    ...jsonOption,
    policy: { type: 'string', multiple: true },
    all: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    seed: { type: 'string' },
    even: { type: 'boolean', default: false },
    predictor: { type: 'string' },
    interval: { type: 'string' },
    drop: { type: 'string' },
    start: { type: 'string' },
    timeout: { type: 'string' },
    output: { type: 'string', short: 'o' },
  },
  positionals: true,
  async run(given, [file, ...others]) {
    if (file === undefined || others.length > 0) throw new WrongUsage('name one pipeline file');
    if (given.all && given.policy) throw new WrongUsage('--all and --policy: one of them');
    const policies = given.all
      ? policyNames
      : (given.policy?.map((one) => oneOf('--policy', one, policyNames)) ?? usualPolicies);
    const asked = {
      seconds: above0('--seconds', given.seconds),
      intervalSeconds: above0('--interval', given.interval),
      dropSeconds: given.drop === undefined ? undefined : seconds('--drop', given.drop),
      startSeconds: given.start === undefined ? undefined : seconds('--start', given.start),
      timeoutSeconds: given.timeout === undefined ? undefined : seconds('--timeout', given.timeout),
      seed: given.seed === undefined ? undefined : wholeNumber('--seed', given.seed),
      predictor: given.predictor === undefined ? undefined : oneOf('--predictor', given.predictor, predictorNames),
      arrivals: given.even ? ('even' as const) : undefined,
    };
    if (given.output !== undefined) refuseInput(given.output, [file]);
    const loaded = readPipeline(file);
    const problem = wholeProblem(file, loaded);
    const { load } = loaded;
    if (given.output !== undefined) {
      if (load.kind === 'trace') refuseInput(given.output, [join(dirname(file), load.file)]);
      checkWritable(given.output);
    }
    const solve = await loadSolver();
    const simulation = simulatePolicies({
      ...{ name: loaded.name, problem, pattern: loaded.load, policies, asked, solve },
      clock: () => performance.now(),
    });
    if (given.json) printData(`${JSON.stringify(simulation, null, 2)}\n`);
    else {
      const style = styleFor(process.stdout);
      const { columns = Number.POSITIVE_INFINITY } = process.stdout;
      const prose = (text: string) => wrapped(oneLine(text), '', columns);
      const lines = [
        ...prose(simulationSentence(simulation)).map(style.bold),
        '',
        tableText(policyTable(simulation), columns),
        '',
        ...[...simulationNotes(simulation, problem), ...loaded.notes].flatMap(prose),
      ];
      print(`${lines.join('\n')}\n`);
    }
    // What was simulated is told whatever becomes of the file.
    if (given.output !== undefined) {
      writeOutput(given.output, toCsv(seriesTable(simulation)));
      if (!given.json) print(`${given.output}\n`);
    }
    return simulation.policies.some(({ all }) => all !== null) ? exitCodes.ok : exitCodes.infeasible;
  },
});

function above0(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = seconds(option, text);
  if (value === 0) throw new CliError(`${option} ${text}; allowed: a number of seconds above 0`);
  return value;
}
