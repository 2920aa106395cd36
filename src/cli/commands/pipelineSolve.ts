import { frontAxes } from '../../core/pipeline/ask';
import { comparedPipeline, solvedFront, type solvedSchema } from '../../core/pipeline/solvedPipeline';
import type { FrontAxis } from '../../core/pipeline/view';
import { loadSolver } from '../../solver/solver';
import type * as z from 'zod';
import { CliError } from '../options/cliError';
import { defineCommand, jsonOption, WrongUsage } from '../options/defineCommand';
import { oneOf } from '../options/optionValues';
import { kindOfPipeline, readPipeline, wholeProblem } from '../options/pipelineFile';
import { print, printData } from '../text/output';
import { pipelineText } from '../text/pipelineText';
import { styleFor } from '../text/style';

const help = `usage: greenbatch pipeline solve FILE [--front X,Y] [--json]

Chooses model variant, batch size and replicas of each stage, as good as can be by the weights of the file within its
limits, and compares that with the same problem solved accuracy-first, balanced, energy-first and cost-first.

  FILE         a problem (.json) or a pipeline (.pipeline.yaml); docs/pipeline.md describes both
  --front X,Y  also the Pareto front over two of accuracy, cores, latencySeconds, joulesPerRequest
  --json       the answer as JSON (docs/pipeline-answer.schema.json)

Exit code: 0 solved, or shown to have no solution; 2 the file is not valid, or a stage has no profile yet.
`;

/** `greenbatch pipeline solve`: 0 also where no choice keeps the limits. */
export const pipelineSolveCommand = defineCommand({
  help,
  options: { front: { type: 'string' }, ...jsonOption },
  positionals: true,
  async run({ front: asked, json }, [file, ...others]) {
    if (file === undefined || others.length > 0) throw new WrongUsage('name one file');
    const axes = asked === undefined ? null : axesOf(asked);
    const kind = kindOfPipeline(file);
    const loaded = readPipeline(file);
    const problem = wholeProblem(file, loaded);
    const solve = await loadSolver();
    // A program that solves many problems waits for no comparison that it does not get.
    const isAlone = json && kind === 'problem';
    const { answer, ways, steps, alternatives, notes } = isAlone
      ? { ...noComparison, answer: solve(problem) }
      : comparedPipeline(problem, solve);
    const front = axes === null ? null : solvedFront(problem, axes);
    const compared = { ways, steps, alternatives, notes: [...loaded.notes, ...notes] };
    if (json) {
      const more = kind === 'pipeline' ? { name: loaded.name, load: problem.load, ...compared } : {};
      const found: z.output<typeof solvedSchema> = { ...answer, ...more, ...(front && { front }) };
      printData(`${JSON.stringify(found, null, 2)}\n`);
    } else {
      const text = { name: loaded.name, problem, answer, ...compared, front };
      print(pipelineText(text, styleFor(process.stdout), process.stdout.columns));
    }
    return 0;
  },
});

const noComparison = { ways: [], steps: [], alternatives: [], notes: [] };

function axesOf(text: string): [FrontAxis, FrontAxis] {
  const [x, y, ...others] = text.split(',');
  if (y === undefined || others.length > 0 || x === y)
    throw new CliError(`--front ${text}; allowed: two of ${frontAxes.join(', ')}, with a comma between them`);
  return [oneOf('--front', x!, frontAxes), oneOf('--front', y, frontAxes)];
}
