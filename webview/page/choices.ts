import type { ChosenTerms } from '../../src/core/panel/protocol/chosenTerms';
import { loadState, saveState } from './hostApi';

/** What a person chose on the page. Kept with `setState`; never holds data of the run. */
export type Choices = {
  runId: string | null;
  /** Terms as the sliders stand; null as long as they are those of the experiment file. */
  terms: ChosenTerms | null;
  /** Charts that show their table instead. */
  tables: string[];
  /** Seconds of the power plot; null: all. */
  spanSeconds: number | null;
  /** Parts that are unfolded. */
  slidersOpen: boolean | null;
  figuresOpen: boolean;
  /** Layers that are shown, by the id of their figure; of others those that the figure shows itself. */
  layers: Record<string, string[]>;
};

export function loadChoices(): Choices {
  const kept = loadState();
  const state = isPlain(kept) ? kept : {};
  return {
    runId: typeof state.runId === 'string' ? state.runId : null,
    terms: keptTerms(state.terms),
    tables: Array.isArray(state.tables) ? state.tables.filter((v) => typeof v === 'string') : [],
    spanSeconds: typeof state.spanSeconds === 'number' && state.spanSeconds > 0 ? state.spanSeconds : null,
    slidersOpen: typeof state.slidersOpen === 'boolean' ? state.slidersOpen : null,
    figuresOpen: state.figuresOpen === true,
    layers: keptLayers(state.layers),
  };
}

export function saveChoices(choices: Choices): void {
  saveState(choices);
}

function keptLayers(value: unknown): Choices['layers'] {
  if (!isPlain(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([figure, ids]) =>
      Array.isArray(ids) ? [[figure, ids.filter((id) => typeof id === 'string')] as const] : [],
    ),
  );
}

function keptTerms(value: unknown): Choices['terms'] {
  if (!isPlain(value) || !isPlain(value.preferences)) return null;
  const number = (v: unknown, least: number, most: number) =>
    typeof v === 'number' && v >= least && v <= most ? v : null;
  const weights = value.preferences;
  const [energy, latency, accuracy] = ['energy', 'latency', 'accuracy'].map((k) => number(weights[k], 0, 1000));
  if (energy == null || latency == null || accuracy == null) return null;
  const preferences = { energy, latency, accuracy };
  if (value.sla === undefined) return { preferences, sla: undefined };
  if (!isPlain(value.sla)) return null;
  const requestLatencyMs = number(value.sla.requestLatencyMs, 0.1, 86_400_000);
  const arrivalRate = number(value.sla.arrivalRate, 0.000_001, 1_000_000);
  const percentile = number(value.sla.percentile, 1, 99.9);
  if (requestLatencyMs === null || arrivalRate === null || percentile === null) return null;
  const batchTimeoutMs = number(value.sla.batchTimeoutMs, 0, 86_400_000);
  const batching = (['full', 'timeout', 'when-free'] as const).find(
    (one) => one === (value.sla as { batching?: unknown }).batching,
  );
  const instances = number(value.sla.instances, 1, 1024);
  const minAccuracy = number(value.sla.minAccuracy, 0, 1);
  return {
    preferences,
    sla: {
      requestLatencyMs,
      arrivalRate,
      percentile,
      ...(batching === undefined ? {} : { batching }),
      ...(batchTimeoutMs === null ? {} : { batchTimeoutMs }),
      ...(instances === null ? {} : { instances: Math.round(instances) }),
      ...(minAccuracy === null ? {} : { minAccuracy }),
    },
  };
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
