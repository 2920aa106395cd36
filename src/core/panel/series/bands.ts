import { windowStart } from '../../energy/readings';
import type { RunEvent } from '../../run/events';
import type { PanelBand } from '../protocol/messages';

/** The bands of a run's power plot as its events tell them; `apply` carries each further event in, in order. */
export type Bands = { readonly list: PanelBand[]; apply(event: RunEvent): void };

/**
 * Phases carry the monotonic clock themselves; the end of a trial that failed does not, so it is placed by the wall
 * clock, which the session's first event ties to the monotonic one (good to the milliseconds that a plot can show).
 */
export function foldBands(events: readonly RunEvent[] = []): Bands {
  const list: PanelBand[] = [];
  let session = { number: 0, offsetMs: 0 };
  let trial: { trial: number; configuration: string } | null = null;
  let open: PanelBand | null = null;

  const close = (toMs: number) => {
    if (open) open.toMs = Math.max(open.fromMs, toMs);
    open = null;
  };
  const bands: Bands = {
    list,
    apply(event) {
      const wallMs = event.at - session.offsetMs;
      switch (event.type) {
        case 'session.started':
          // An engine that was killed left its band open, and nobody knows when it ended: with its last sign of life.
          if (open) open.toMs = open.fromMs;
          open = null;
          session = { number: event.session, offsetMs: event.at - event.monotonicMs };
          return;
        case 'session.ended':
          close(wallMs);
          return;
        case 'idle.measured':
          list.push({
            session: session.number,
            kind: 'idle',
            configuration: null,
            trial: null,
            fromMs: windowStart(event.start).monotonicMs,
            toMs: event.end.monotonicMs,
          });
          return;
        case 'machine.heated':
          // It is told when it is over.
          list.push({
            ...{ session: session.number, kind: 'heat', configuration: event.configuration, trial: null },
            ...{ fromMs: wallMs - event.seconds * 1000, toMs: wallMs },
          });
          return;
        case 'trial.started':
          trial = { trial: event.trial, configuration: event.configuration };
          return;
        case 'trial.phase':
          close(event.monotonicMs);
          open = {
            session: session.number,
            kind: event.phase,
            configuration: trial?.configuration ?? null,
            trial: event.trial,
            fromMs: event.monotonicMs,
            toMs: null,
          };
          list.push(open);
          return;
        case 'trial.window':
          // More windows may follow in the same phase: the last one ends it.
          if (open?.kind === 'window') open.toMs = event.end.monotonicMs;
          return;
        case 'trial.finished':
          if (open?.toMs === null) close(wallMs);
          open = null;
          return;
        case 'trial.failed':
          close(wallMs);
          return;
        default:
          return;
      }
    },
  };
  for (const event of events) bands.apply(event);
  return bands;
}
