import type { SolvePipeline } from './answer';
import { usualAxes } from './ask';
import { choiceOf } from './choice';
import { limitLongerSeconds, stageShares } from './evaluate';
import type { LoadedPipeline } from './loaded';
import type { PipelineProblem } from './problem';
import { comparedPipeline, frontNotes, solvedFront } from './solvedPipeline';
import type { PipelineAsk, PipelineView } from './view';
import { solveWays } from './weightings';

/** @param ask null: nobody asked, so the file's own terms are taken */
export type ViewPipeline = (loaded: LoadedPipeline, ask: PipelineAsk | null) => PipelineView;

/**
 * What the pipeline view shows. While only weights change, as by a slider, the ways by name and the front stay as they were found.
 *
 * @param now seconds of a clock
 */
export function pipelineViews({ solve, now }: { solve: SolvePipeline; now(): number }): ViewPipeline {
  const solvedParts = partsSolver(solve);
  return ({ name, problem, stages, notes, terms }, ask) => {
    const { accuracyMethod, normalizeAccuracy, weights, slaSeconds, load } = terms;
    const ofFile = { weights, slaSeconds, load, axes: usualAxes };
    const { id, axes, ...asked } = ask ?? { id: 0, ...ofFile };
    const start = now();
    const longer = problem && limitLongerSeconds({ ...problem, load: asked.load });
    const parts = problem === null ? nothing : solvedParts(problem, asked, axes);
    return {
      ...{
        id,
        name,
        accuracyMethod,
        normalizeAccuracy,
        limitLongerSeconds: longer,
        asked: { ...asked, axes },
        ofFile,
        stages,
      },
      ...parts,
      notes: [...notes, ...parts.notes],
      solveSeconds: problem === null ? 0 : now() - start,
    };
  };
}

type Parts = Pick<PipelineView, 'answers' | 'shares' | 'front' | 'steps' | 'alternatives' | 'notes'>;

const nothing: Parts = { answers: [], shares: [], front: [], steps: [], alternatives: [], notes: [] };

function partsSolver(solve: SolvePipeline) {
  const waysOf = latest(solveWays);
  const frontOf = latest(solvedFront);
  return (ofFile: PipelineProblem, asked: Omit<PipelineAsk, 'id' | 'axes'>, axes: PipelineAsk['axes']): Parts => {
    const problem = { ...ofFile, ...asked };
    const key = { of: ofFile, key: [asked.slaSeconds, asked.load].join() };
    const ways = () => waysOf(key, problem, solve);
    const { answer, ...compared } = comparedPipeline(problem, solve, ways);
    const answers: Parts['answers'] = [
      { name: 'asked', answer },
      ...compared.ways.map((way) => ({ name: way.name, answer: way.answer })),
    ];
    const choice = choiceOf(problem, answer.stages);
    if (choice === null) return { ...nothing, answers };
    const front = frontOf({ ...key, key: `${key.key},${axes.join()}` }, problem, axes);
    const { steps, alternatives, notes } = compared;
    return {
      ...{ answers, steps, alternatives, front: front.points, shares: stageShares(problem, choice) },
      notes: [...notes, ...frontNotes(front)],
    };
  };
}

/** Keeps what was made last, for as long as the same is asked for. */
function latest<In extends unknown[], Out>(make: (...given: In) => Out) {
  let known: { of: object; key: string; made: Out } | null = null;
  return ({ of, key }: { of: object; key: string }, ...given: In): Out => {
    if (known === null || known.of !== of || known.key !== key) known = { of, key, made: make(...given) };
    return known.made;
  };
}
