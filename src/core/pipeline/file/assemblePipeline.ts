import { didYouMean } from '../../spec/specIssues';
import { withFullStop } from '../../words/sentence';
import type { LoadedPipeline, LoadPattern } from '../loaded';
import { idleOnceNotes, withIdleOnce } from '../idleOnce';
import { optionsBy } from '../optionsBy';
import { type PipelineOption, type PipelineProblem, problemSchema } from '../problem';
import { basisNotes, refusedBases } from '../profile/energyBases';
import { someOf, stageOptions } from '../profile/stageOptions';
import { type FoundProfile, isProfile, type StageProfile } from '../profile/stageProfile';
import type { MissingKind, StageView } from '../view';
import type { FileStage, PipelineFile } from './pipelineFile';

/** A pipeline file and all that it names, read. */
export type ReadPipeline = {
  file: PipelineFile;
  /** The line of each stage, from 0. */
  stageLines: readonly number[];
  /** Where the file gives none. */
  name: string;
  load: LoadPattern;
  /** Of each stage, its entries of `profiles`. */
  profiles: readonly (readonly FoundProfile[])[];
};

type Missing = { kind: MissingKind; problem: string };
type Stage = { stage: FileStage; profiles: StageProfile[]; options: PipelineOption[]; missing: Missing | null };

const wrong = (problem: string): Missing => ({ kind: 'wrong', problem });

/** Puts them together. What a stage lacks is told in its view, and then there is no problem to solve. Never throws. */
export function assemblePipeline({ file, stageLines, name, load, profiles }: ReadPipeline): LoadedPipeline {
  const notes = (file.notes ?? []).map(withFullStop);
  const stages = file.stages.map((stage, s): Stage => {
    const found = profiles[s] ?? [];
    // A stage's name stands as it is written: no capital.
    const said = (note: string) => withFullStop(`${stage.name}: ${note}`);
    const whole = found.filter(isProfile);
    for (const profile of whole) notes.push(...profile.notes.map(said));
    const made = optionsOf(file, stage, found);
    if ('problem' in made) return { stage, profiles: whole, options: [], missing: made };
    notes.push(...made.notes.map(said));
    return { stage, profiles: whole, options: made.options, missing: null };
  });
  const bases = stages.map(({ stage, profiles: of }) => ({
    stage: stage.name,
    bases: of.flatMap(({ basis }) => (basis === null ? [] : [basis])),
  }));
  const refused = refusedBases(bases);
  for (const one of stages) {
    const why = refused.get(one.stage.name);
    if (why !== undefined) one.missing ??= wrong(why);
  }
  const problem = stages.every(({ missing }) => missing === null) ? problemOf(file, load, stages) : null;
  const { weights, slaSeconds, accuracyMethod, normalizeAccuracy } = file;
  return {
    name: file.name ?? name,
    load,
    terms: { weights, slaSeconds, load: largestLoad(load), accuracyMethod, normalizeAccuracy },
    problem,
    stages: stages.map((one, s) => viewOf(one, stageLines[s] ?? 0)),
    notes: [...notes, ...basisNotes(bases), ...(problem === null ? [] : idleOnceNotes(problem))],
  };
}

function optionsOf(
  { batchingCap }: PipelineFile,
  stage: FileStage,
  found: readonly FoundProfile[],
): { options: PipelineOption[]; notes: string[] } | Missing {
  if (found.length === 0) {
    const how =
      stage.experiment === undefined
        ? 'name a run, a table or options at profiles, or first measure it'
        : `measure ${stage.experiment} (greenbatch run), then name the run at profiles`;
    return { kind: 'unprofiled', problem: `it has no profile: ${how}.` };
  }
  for (const one of found) if (!isProfile(one)) return one;
  const made = stageOptions(found.filter(isProfile), { accuracies: stage.accuracies, batchingCap });
  if ('problem' in made) return wrong(made.problem);
  const variants = [...new Set(made.options.map(({ variant }) => variant))];
  if (stage.variant !== undefined && !variants.includes(stage.variant)) {
    const hint = didYouMean(stage.variant, variants);
    return wrong(`variant is ${stage.variant}, which no profile has${hint} (there are: ${someOf(variants)}).`);
  }
  return made;
}

/** At the largest load of the pattern. What the problem's own rules refuse is told of the stage that it is in. */
function problemOf(file: PipelineFile, load: LoadPattern, stages: Stage[]): PipelineProblem | null {
  const { slaSeconds, weights, scalingCap, accuracyMethod, normalizeAccuracy, queueing, limits } = file;
  const parsed = problemSchema.safeParse({
    load: largestLoad(load),
    ...{ slaSeconds, weights, scalingCap, accuracyMethod, normalizeAccuracy, queueing },
    ...(limits && { limits }),
    stages: stages.map(({ stage: { name, variant, replicas }, options }) => ({
      name,
      options,
      ...(variant !== undefined && { variant }),
      ...(replicas !== undefined && { replicas }),
    })),
  });
  if (parsed.success) return withIdleOnce(parsed.data);
  for (const { path, message } of parsed.error.issues) {
    const stage = stages[Number(path[1])] ?? stages[0]!;
    const at = typeof path[3] === 'number' ? stage.options[path[3]] : undefined;
    const key = path.slice(4).map((part) => `${String(part)}: `);
    stage.missing ??= wrong(
      `${at === undefined ? '' : `${at.variant} at batch ${at.batch}: `}${key.join('')}${message}.`,
    );
  }
  return null;
}

function largestLoad(load: LoadPattern): number {
  if (load.kind === 'constant') return load.requestsPerSecond;
  const values = load.kind === 'steps' ? load.steps.map((step) => step.requestsPerSecond) : load.requestsPerSecond;
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function viewOf({ stage, profiles, options, missing }: Stage, line: number): StageView {
  const byVariant = optionsBy(options, ({ variant, cores }) => JSON.stringify([variant, cores]));
  return {
    name: stage.name,
    variants: [...byVariant.values()].map((own) => ({
      variant: own[0]!.variant,
      accuracy: own[0]!.accuracy,
      batches: own.map(({ batch }) => batch).sort((a, b) => a - b),
      cores: own[0]!.cores,
    })),
    sources: profiles.map(({ source }) => source),
    missing: missing === null ? null : { kind: missing.kind, message: withFullStop(missing.problem), line },
  };
}
