import type { AskedOfPipeline } from '../../src/core/panel/protocol/pipelineMessages';
import type { FrontAxis, PipelineView } from '../../src/core/pipeline/view';
import { loadState, saveState } from './hostApi';
import { askedOf, keptMoved, type Moved } from './pipelineTerms';

/** What a person chose on the page of a pipeline; kept with `setState`. */
type PipelineChoices = {
  /** The panel's file, which the host gave: by it the view is found again after a reload. */
  file: string | null;
  moved: Moved;
  /** Of the front; null: as the file has them. */
  axes: readonly [FrontAxis, FrontAxis] | null;
  /** Charts that show their table instead. */
  tables: string[];
};

/** All that the page of a pipeline knows at a moment. One of it; its parts draw themselves from it. */
export type PipelinePage = {
  view: PipelineView | null;
  /** Why there is no view, or none that is newer; `isDead`: nobody is there to answer. */
  problem: { text: string; isDead: boolean } | null;
  /** Why the solver was started again; null: it was not, or that was read. */
  restarted: string | null;
  /** An answer is waited for, and that takes long. */
  busy: boolean;
  /** That takes so long that a person may not want to wait. */
  slow: boolean;
  choices: PipelineChoices;
};

export const frontAxes = ['accuracy', 'cores', 'latencySeconds', 'joulesPerRequest'] as const satisfies FrontAxis[];

export function createPipelinePage(): PipelinePage {
  return { view: null, problem: null, restarted: null, busy: false, slow: false, choices: keptChoices(loadState()) };
}

export const savePipelineChoices = ({ choices }: PipelinePage): void => saveState(choices);

/** What is to be asked; null while nobody has said what the file says. */
export const askedNow = ({ view, choices }: PipelinePage): AskedOfPipeline | null =>
  view && askedOf(view.ofFile, choices.moved, choices.axes);

/** Whether something else is to be asked than the file says. */
export const isMoved = ({ choices }: PipelinePage): boolean =>
  Object.keys(choices.moved).length > 0 || choices.axes !== null;

function keptChoices(kept: unknown): PipelineChoices {
  const state = (typeof kept === 'object' && kept !== null ? kept : {}) as Record<string, unknown>;
  const isAxis = (value: unknown): value is FrontAxis => (frontAxes as readonly unknown[]).includes(value);
  const [x, y] = Array.isArray(state.axes) ? (state.axes as unknown[]) : [];
  return {
    file: typeof state.file === 'string' ? state.file : null,
    moved: keptMoved(state.moved),
    axes: isAxis(x) && isAxis(y) && x !== y ? [x, y] : null,
    tables: Array.isArray(state.tables) ? state.tables.filter((name) => typeof name === 'string') : [],
  };
}
