import * as z from 'zod';
import type { FrontAxis, PipelineAsk, PipelineView } from '../../pipeline/view';
import { savedChart } from './savedChart';

/**
 * What crosses between the extension host and the page of a pipeline view. The host owns the file and the resident solver; the page owns
 * the sliders. Of the page's questions one is under way and the newest waits: the others get no answer.
 *
 * Page and host come out of one package, so the page takes the host's messages as they are. The host trusts no page: it reads what
 * arrives by `readFromPipelinePage`. The page imports only types here.
 */
export type ToPipelinePage =
  /**
   * First, after each `ready`: texts of the page in the language of the editor, and the panel's file. The page keeps `file` as `file` in its
   * state (`setState({ file, … })`): by that the view is found again after a reload.
   */
  | { type: 'settings'; strings: Record<string, string>; file: string }
  /**
   * The answer to the page's question of that id. `id` null: nobody asked (the file was opened, or has changed, or the page is a new one),
   * so `view.asked` is what the file says: a page whose sliders were moved from there asks again.
   */
  | { type: 'view'; id: number | null; view: PipelineView }
  /** An answer is being made. It ends with `view` or `problem`. */
  | { type: 'busy' }
  /**
   * Why there is no view. `isDead`: nobody is there to ask, and `restart` starts the solver again; else the file or the question is at
   * fault, and the next question or a change of the file may mend it. A view that is shown may stay, marked as the one before.
   */
  | { type: 'problem'; text: string; isDead: boolean }
  /** The solver had died and was started again, and why. Stays until it is dismissed: views follow at once. */
  | { type: 'restarted'; text: string };

/** What the sliders say, without an id: the host counts for itself. */
export type AskedOfPipeline = Omit<PipelineAsk, 'id'>;

const longestText = 1_000_000;
const weight = z.number().min(0);
const axis = z.enum(['accuracy', 'cores', 'latencySeconds', 'joulesPerRequest'] satisfies FrontAxis[]);
const asked = z.strictObject({
  weights: z.strictObject({ alpha: weight, beta: weight, gamma: weight, delta: weight }),
  slaSeconds: z.number().gt(0),
  load: z.number().gt(0),
  axes: z.tuple([axis, axis]),
}) satisfies z.ZodType<AskedOfPipeline>;

const fromPipelinePageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  /** Ids grow; the answer names the id. */
  z.strictObject({ type: z.literal('ask'), id: z.int().min(1), asked }),
  /** The solver is to be started again: after a `problem` that says it is dead, or where a person waits no longer. */
  z.strictObject({ type: z.literal('restart') }),
  /** The name of a stage of the file: its profile is missing. */
  z.strictObject({ type: z.literal('profile'), stage: z.string().min(1).max(200) }),
  /** The panel's own file, at a line from 0; left out: at its beginning. */
  z.strictObject({ type: z.literal('openFile'), line: z.int().min(0).max(longestText).optional() }),
  z.strictObject({ type: z.literal('openLog') }),
  z.strictObject({ type: z.literal('copy'), text: z.string().max(longestText) }),
  /** As the panel of a run does. */
  z.strictObject({ type: z.literal('saveChart'), ...savedChart }),
]);
export type FromPipelinePage = z.infer<typeof fromPipelinePageSchema>;

/** Host side: a message of the page; null for anything else, and never an exception. No message names a place. */
export function readFromPipelinePage(value: unknown): FromPipelinePage | null {
  try {
    return fromPipelinePageSchema.safeParse(value).data ?? null;
  } catch {
    return null; // A getter or proxy that throws is no message.
  }
}
