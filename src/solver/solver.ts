import loadHighs, { type ModelData } from 'highs';
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

let loaded: Promise<RunProgram> | undefined;

/**
 * The solver of pipelines, by HiGHS as WebAssembly (Huangfu and Hall, Mathematical Programming Computation 2018), which is loaded once.
 * Each call of what it gives blocks the thread until the problem is solved.
 */
export async function loadSolver(): Promise<SolvePipeline> {
  const run = await loadProgramSolver();
  return (problem) => solvePipeline(problem, run);
}

/** HiGHS for any program, loaded once. */
export function loadProgramSolver(): Promise<RunProgram> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<RunProgram> {
  const highs = await loadHighs();
  const { optimal, infeasible, unboundedOrInfeasible } = highs.constants.modelStatus;
  const { maximize } = highs.constants.objectiveSense;
  return (program) =>
    highs.withModel((model) => {
      model.options.set(options);
      model.passModel({ ...modelOf(program), sense: maximize });
      const { modelStatus } = model.run();
      // All columns have bounds.
      if (modelStatus === infeasible || modelStatus === unboundedOrInfeasible) return null;
      if (modelStatus !== optimal) throw new Error(`HiGHS ended with status ${modelStatus} on a program of a pipeline`);
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
