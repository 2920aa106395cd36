import * as z from 'zod';
import type { Size } from '../spec/spec';
import { adaptationSpaceAnalysis } from './adaptationSpace/adaptationSpace';
import { adaptationSpaceSchema } from './adaptationSpace/adaptationSpaceSchema';
import type { AnalysedRun, Analysis } from './analysis';
import { artefactsWith } from './artefacts/artefactsAnalysis';
import { artefactsSchema } from './artefacts/artefactsSchema';
import { proportionalityAnalysis } from './proportionality/proportionality';
import { proportionalitySchema } from './proportionality/proportionalitySchema';
import { redundancyAnalysis } from './paperQuestions/redundancy';
import { redundancySchema } from './paperQuestions/redundancySchema';
import { sensitivityAnalysis } from './paperQuestions/sensitivity';
import { sensitivitySchema } from './paperQuestions/sensitivitySchema';

/** The JSON of `greenbatch paper questions --json`, version 1: docs/paper-questions.schema.json is generated from it. */
export const questionsSchema = z.strictObject({
  version: z.literal(1),
  redundancy: redundancySchema.omit({ version: true }),
  sensitivity: sensitivitySchema.omit({ version: true }),
  adaptationSpace: adaptationSpaceSchema.omit({ version: true }),
  proportionality: proportionalitySchema.omit({ version: true }),
  artefacts: artefactsSchema.omit({ version: true }),
});
export type Questions = z.infer<typeof questionsSchema>;

type Question = Analysis<readonly AnalysedRun[], never>;

/**
 * The questions in the order in which they are told, by their key in the JSON.
 *
 * @param imageSizes of the images that the paper measured, upright; null: not known here
 */
export const questionsWith = (imageSizes: readonly Size[] | null) =>
  ({
    redundancy: redundancyAnalysis as Question,
    sensitivity: sensitivityAnalysis as Question,
    adaptationSpace: adaptationSpaceAnalysis as Question,
    proportionality: proportionalityAnalysis as Question,
    artefacts: artefactsWith(imageSizes) as Question,
  }) satisfies Record<Exclude<keyof Questions, 'version'>, Question>;
