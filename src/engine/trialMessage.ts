import type { Failure } from '../core/failure/failure';
import type { EventOf } from '../core/run/events';

type Body<E> = Omit<E, 'type' | 'at' | 'trial'>;

/** What a trial says to its engine, in this order; `alive` in between only resets the engine's patience. */
export type TrialMessage =
  | { type: 'phase'; phase: EventOf<'trial.phase'>['phase']; monotonicMs: number }
  | { type: 'alive'; batches: number }
  | ({ type: 'window' } & Body<EventOf<'trial.window'>>)
  | ({ type: 'finished' } & Body<EventOf<'trial.finished'>>)
  | ({ type: 'accuracy'; warnings: string[] } & Omit<Body<EventOf<'accuracy.measured'>>, 'model'>)
  | { type: 'probed'; peakRssBytes: number; outputBytes: number; inputBytes: number }
  | ({ type: 'error' } & Failure);
