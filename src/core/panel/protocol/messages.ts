import * as z from 'zod';
import { modelAccuracySchema, reportSchema } from '../../report/reportSchema';
import { configurationResultSchema } from '../../values/result';
import { currentSchema } from '../../spec/spec';
import { analysisTermsSchema } from '../../analysis/analysisTermsSchema';
import { footprintTermsSchema } from '../../footprint/footprintSchema';
import { findingsSchema } from '../../analysis/findingsSchema';
import { figureSchema } from '../../figure/figureSchema';
import { mostBlocks } from '../../spec/mostBlocks';
import { columnsBytes } from './columnsBytes';
import { savedChart } from './savedChart';

/**
 * What crosses between the extension host and the panel's page. The host owns runs and history; the page owns what a
 * person selected. The page judges nothing: it asks (`judge`) once results or terms are others, one question at a time.
 *
 * Page and host come out of one package, so the page takes the host's messages as they are; tests hold them against
 * `toPanelSchema`. The host trusts no page: it reads what arrives by `readFromPanel`. The page imports only types here.
 */

/** What the engine does at the moment. */
const progress = z.strictObject({
  doing: z.string(),
  /** Repeats done, and the fewest that the run will have. */
  done: z.int(),
  least: z.int(),
  /** Then that is the most: blocks were added until there is a verdict. */
  mayEndSooner: z.boolean(),
  secondsLeft: z.number().nullable(),
  joulesSoFar: z.number().nullable(),
});
export type PanelProgress = z.infer<typeof progress>;

/** A stretch of the power plot: idle, the load after a rest, or a phase of a trial. Times are CLOCK_MONOTONIC milliseconds of `session`. */
const band = z.strictObject({
  session: z.int(),
  kind: z.enum(['idle', 'heat', 'load', 'warmup', 'window']),
  /** Id of the configuration; null for idle. */
  configuration: z.string().nullable(),
  trial: z.int().nullable(),
  fromMs: z.number(),
  /** null while it goes on. */
  toMs: z.number().nullable(),
});
export type PanelBand = z.infer<typeof band>;

/** What following the run takes of the machine that measures it, since it is followed, while it goes on. */
const panelCost = z.strictObject({
  /** Of the extension's own work in its host, as it counts it: half of what it causes there, if not more. */
  cpuSeconds: z.number(),
  seconds: z.number(),
  /** That, of the CPU time of the whole machine. */
  cpuPercent: z.number(),
  /** The whole extension host, with all other extensions in it: more it cannot be. */
  hostCpuPercent: z.number(),
  /** Whether the page is drawn on that machine as well; what that takes is not in it. */
  isPageHere: z.boolean(),
});
export type PanelCost = z.infer<typeof panelCost>;

/**
 * All about a run but its power series and accuracies, and without any analysis: the page asks for that, and only when
 * `results` or `terms` are others.
 */
const panelRun = z.strictObject({
  report: reportSchema.pick({ run: true, source: true }),
  /** The values of the trials. */
  results: z.array(configurationResultSchema),
  terms: analysisTermsSchema,
  bands: z.array(band),
  /** null when nothing is going on. */
  progress: progress.nullable(),
  /** Whether the experiment file asks for something else than was measured. null: it cannot be read. */
  stale: z.boolean().nullable(),
  /** Whether its service level, weights or margin have changed. null: it cannot be read. */
  judgedAnew: z.boolean().nullable(),
  /** What the experiment file says is in use now. null: nothing, or it cannot be read. */
  inUse: currentSchema.nullable(),
  /** Whether the processors are those that it was measured on: only there blocks can be added. */
  isMeasuredHere: z.boolean(),
  /** null: the run does not go on here, or not for long. It is in no log: it depends on who looks. */
  panelCost: panelCost.nullable(),
});
export type PanelRun = z.infer<typeof panelRun>;

/**
 * A stretch of the power series in columns: Float64 seconds since the session's first sample, then one Float32 column
 * of watts for each domain of `domains` (NaN: unknown), all of `count` rows, in one ArrayBuffer in that order.
 * `startMs` is the session's first sample on its CLOCK_MONOTONIC, so that bands and samples share one axis.
 */
const powerColumns = z
  .strictObject({
    session: z.int(),
    startMs: z.number(),
    domains: z.array(z.string()),
    count: z.int(),
    buffer: z.instanceof(ArrayBuffer),
  })
  .refine((c) => c.buffer.byteLength === columnsBytes(c.count, c.domains.length), 'the buffer is as long as it says');
export type PowerColumns = z.infer<typeof powerColumns>;

const judgement = reportSchema.pick({ configurations: true, verdict: true, verdictByModel: true, paretoFront: true });

/** What carbon and cost are told by, or why that cannot be read; left out where neither a grid nor a price is set. */
const footprintSetting = z.union([
  z.strictObject({ terms: footprintTermsSchema }),
  z.strictObject({ problem: z.string() }),
]);
export type FootprintSetting = z.infer<typeof footprintSetting>;

export const toPanelSchema = z.discriminatedUnion('type', [
  /** On show. */
  z.strictObject({ type: z.literal('run'), run: panelRun }),
  /** Those parts of the run that have changed since: at most four times a second, mostly the progress alone. */
  z.strictObject({ type: z.literal('change'), change: panelRun.partial() }),
  /** Replaces the history (on show); then `more` appends. Each costs the host one credit. */
  z.strictObject({
    type: z.literal('power'),
    mode: z.enum(['replace', 'more']),
    columns: z.array(powerColumns),
    decimated: z.boolean(),
  }),
  /** About 60 kB a model, so sent only when one more is known, and on show. */
  z.strictObject({ type: z.literal('accuracy'), accuracies: z.array(modelAccuracySchema) }),
  /** What was found in this run together with others; on show, and when it is asked for. */
  z.strictObject({ type: z.literal('findings'), findings: z.array(findingsSchema) }),
  /** Figures and findings of the run beyond its own charts, made where it is judged; after its first judgement, and of other results anew. */
  z.strictObject({ type: z.literal('figures'), figures: z.array(figureSchema), findings: z.array(findingsSchema) }),
  /** To the question of that id: the run that the page was sent last before it asked, judged by the terms of the question. */
  z.strictObject({ type: z.literal('judgement'), id: z.int(), judgement }),
  /** Why there is none. */
  z.strictObject({ type: z.literal('unjudged'), id: z.int(), problem: z.string() }),
  z.strictObject({
    type: z.literal('settings'),
    framesPerSecond: z.number(),
    strings: z.record(z.string(), z.string()),
    footprint: footprintSetting.optional(),
  }),
  /** Still there, though nothing is new: the page shows "disconnected" after 5 s without any message. */
  z.strictObject({ type: z.literal('alive') }),
]);
export type ToPanel = z.infer<typeof toPanelSchema>;

const longestText = 1_000_000;

const command = <C extends string, S extends z.ZodRawShape>(name: C, shape: S) =>
  z.object({ type: z.literal('command'), command: z.literal(name), ...shape });
const commandSchema = z.discriminatedUnion('command', [
  command('stop', {}),
  command('resume', {}),
  command('addBlocks', { blocks: z.int().min(1).max(mostBlocks) }),
  command('openLog', {}),
  command('openExperiment', {}),
  command('runAgain', {}),
  command('doctor', {}),
  /** The id of the configuration to use. */
  command('apply', { configuration: z.string().max(longestText) }),
  command('copy', { text: z.string().max(longestText) }),
  /** The host reads the run anew and writes it: as it was measured, whatever the sliders say. */
  command('export', { format: z.enum(['csv', 'json']) }),
  command('saveChart', savedChart),
]);
type WithoutType<T> = T extends unknown ? Omit<T, 'type'> : never;
export type PanelCommand = WithoutType<z.infer<typeof commandSchema>>;

const fromPanelSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** The page has drawn a `power` message: the host may send another one. The host starts with two credits. */
  z.object({ type: z.literal('credit') }),
  /** How the run is to be judged by these terms; null: by its own. Ids grow; after a message `run` the page waits for no answer of before. */
  z.object({
    type: z.literal('judge'),
    id: z.int(),
    terms: analysisTermsSchema.pick({ sla: true, preferences: true }).nullable(),
  }),
  commandSchema,
]);
export type FromPanel = z.infer<typeof fromPanelSchema>;

/**
 * Host side: a message of the page; null for anything else, and never an exception. The name of a chart's file holds no
 * path; nothing else of a message names a place.
 */
export function readFromPanel(value: unknown): FromPanel | null {
  try {
    return fromPanelSchema.safeParse(value).data ?? null;
  } catch {
    return null; // A getter or proxy that throws is no message.
  }
}
