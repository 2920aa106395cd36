import loadHighs, { type ModelData } from 'highs';
import { ExpectedError } from '../core/failure/expectedError';
import type { SolvePipeline } from '../core/pipeline/answer';
import type { LinearProgram, RunProgram } from '../core/pipeline/solving/linearProgram';
import { solvePipeline } from '../core/pipeline/solving/solvePipeline';

/** No gaps, and the tightest tolerances that leave the solver room for the rounding of doubles. */
const options = {
  output_flag: false,
  mip_rel_gap: 0,
  mip_abs_gap: 0,
  mip_feasibility_tolerance: 1e-9,
  primal_feasibility_tolerance: 1e-9,
  dual_feasibility_tolerance: 1e-9,
  small_matrix_value: 1e-12,
};

type TimeLimit = { secondsLeft(): number; fail(): never };
type LimitedProgram = (program: LinearProgram, limit?: TimeLimit) => ReturnType<RunProgram>;

let loaded: Promise<LimitedProgram> | undefined;

/** A problem of the size that is promised takes a second; one that takes minutes may take days. */
const usualSeconds = 60;

/**
 * The solver of pipelines, by HiGHS as WebAssembly (Huangfu and Hall, Mathematical Programming Computation 2018), which is loaded once.
 * Each call of what it gives blocks the thread until the problem is solved, or for `mostSeconds`.
 *
 * @returns throws ExpectedError where a problem takes longer, or is beyond what the solver can tell
 */
export async function loadSolver(mostSeconds = usualSeconds): Promise<SolvePipeline> {
  const run = await loadProgramSolver();
  return (problem) => solvePipeline(problem, within(mostSeconds, run));
}

/** All programs of one problem, and what is done between them, in so many seconds. */
function within(mostSeconds: number, run: LimitedProgram): RunProgram {
  const end = performance.now() + 1000 * mostSeconds;
  const limit: TimeLimit = {
    secondsLeft: () => {
      const left = (end - performance.now()) / 1000;
      return left > 0 ? left : limit.fail();
    },
    fail() {
      throw new ExpectedError(
        'pipeline',
        `this pipeline is not solved within ${mostSeconds} s: leave it fewer options (batchingCap, or variant of a stage), or another accuracyMethod than multiply`,
      );
    },
  };
  return Object.assign((program: LinearProgram) => run(program, limit), { checkTime: () => void limit.secondsLeft() });
}

/** HiGHS for any program, loaded once. */
export function loadProgramSolver(): Promise<LimitedProgram> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<LimitedProgram> {
  const highs = await loadHighs();
  const { optimal, infeasible, unboundedOrInfeasible, timeLimit } = highs.constants.modelStatus;
  const { maximize } = highs.constants.objectiveSense;
  return (program, limit) =>
    highs.withModel((model) => {
      model.options.set({ ...options, ...(limit && { time_limit: limit.secondsLeft() }) });
      model.passModel({ ...modelOf(program), sense: maximize });
      const { modelStatus } = model.run();
      // All columns have bounds.
      if (modelStatus === infeasible || modelStatus === unboundedOrInfeasible) return null;
      if (modelStatus === timeLimit) limit?.fail();
      if (modelStatus !== optimal)
        throw new ExpectedError(
          'pipeline',
          `the solver cannot tell the best choice of this pipeline (HiGHS ended with status ${modelStatus}): are its numbers of very different sizes?`,
        );
      return model.getSolution().colValue;
    });
}

function modelOf({ columns, rows }: LinearProgram): ModelData {
  const starts = [0];
  for (const row of rows) starts.push(starts.at(-1)! + row.columns.length);
  return {
    numCols: columns.length,
    numRows: rows.length,
    colCost: columns.map(({ cost }) => cost),
    colLower: columns.map(() => 0),
    colUpper: columns.map(({ upper }) => upper),
    rowLower: rows.map(({ lower }) => lower),
    rowUpper: rows.map(({ upper }) => upper),
    matrix: {
      format: 'csr',
      numRows: rows.length,
      numCols: columns.length,
      starts,
      indices: rows.flatMap((row) => row.columns),
      values: rows.flatMap((row) => row.values),
    },
    integrality: columns.map(({ isInteger }) => (isInteger ? 1 : 0)),
  };
}
