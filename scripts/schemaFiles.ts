import * as z from 'zod';
import { checkAnalysis } from '../src/core/analysis/check/checkAnalysis';
import { budgetJsonSchema } from '../src/core/budget/budgetText';
import { comparisonAnalysis } from '../src/core/analysis/comparison/comparisonAnalysis';
import { verdictAnalysis } from '../src/core/analysis/verdict/verdictAnalysis';
import { questionsSchema } from '../src/core/analysis/questions';
import { planSchema } from '../src/core/plan/planSchema';
import { machineJsonSchema } from '../src/core/plan/machineText';
import { reportJsonSchema } from '../src/core/export/reportJsonSchema';
import { figuresJsonSchema } from '../src/core/figure/figuresJsonSchema';
import { pipelineJsonSchema } from '../src/core/pipeline/file/pipelineText';
import { problemJsonSchema } from '../src/core/pipeline/problemText';
import { simulationSchema } from '../src/core/pipeline/simulation/simulationSchema';
import { solvedSchema } from '../src/core/pipeline/solvedPipeline';
import { specJsonSchema } from '../src/core/spec/specJsonSchema';

/** Each is described by a file: docs/<id>.schema.json. */
export const analyses = [verdictAnalysis, comparisonAnalysis, checkAnalysis];

/** The files that describe JSON of ours, from the definitions that the program validates with. */
export const schemaFiles: Record<string, object> = {
  'media/energy.schema.json': specJsonSchema(),
  'media/budget.schema.json': budgetJsonSchema(),
  'media/pipeline.schema.json': pipelineJsonSchema(),
  'docs/show.schema.json': z.toJSONSchema(reportJsonSchema),
  'docs/paper-figures.schema.json': z.toJSONSchema(figuresJsonSchema),
  'docs/paper-questions.schema.json': z.toJSONSchema(questionsSchema),
  'docs/plan.schema.json': z.toJSONSchema(planSchema),
  'docs/machine.schema.json': machineJsonSchema(),
  'docs/pipeline-problem.schema.json': problemJsonSchema(),
  'docs/pipeline-simulation.schema.json': z.toJSONSchema(simulationSchema),
  'docs/pipeline-answer.schema.json': z.toJSONSchema(solvedSchema),
  ...Object.fromEntries(analyses.map(({ id, schema }) => [`docs/${id}.schema.json`, z.toJSONSchema(schema)])),
};
