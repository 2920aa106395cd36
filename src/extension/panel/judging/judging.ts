import type { ToPanel } from '../../../core/panel/protocol/messages';
import type { Besides } from '../../../core/analysis/besides';
import type { FromJudge, ToJudge } from './judge';

/** As much of a `Worker` as is used here. */
export type JudgeThread = {
  postMessage(message: ToJudge): void;
  on(event: 'message', listener: (message: FromJudge) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  terminate(): unknown;
};

export type JudgementMessage = Extract<ToPanel, { type: 'judgement' | 'unjudged' }>;

export type JudgingEvents = {
  answer(message: JudgementMessage): void;
  /** Made of the results that were asked about last; after their judgement. */
  figures(besides: Besides): void;
  /** Why there are none of these results. */
  noFigures(problem: string): void;
  /** The thread has died, and why. */
  died(problem: string): void;
  /** The thread has worked for so long. */
  worked(seconds: number): void;
};

export type Judging = {
  /** Of those that wait only the newest is judged; the others get no answer. Figures are made once of each results. */
  ask(asked: Required<ToJudge>): void;
  end(): void;
};

/**
 * Judgements for a panel, made in a thread of its own: simulated queues of requests take up to seconds, for which the extension host
 * must not stand still. The thread starts with the first question and gets the results of a run once. One that dies is started once more
 * for the question that it had.
 */
export function createJudging(
  start: () => JudgeThread,
  { answer, figures, noFigures, died, worked }: JudgingEvents,
): Judging {
  let thread: JudgeThread | null = null;
  /** Those that the thread has. */
  let results: ToJudge['results'] | null = null;
  /** Those of which figures were asked for: not twice, also where the thread died of them. */
  let figuredResults: ToJudge['results'] | null = null;
  let current: { asked: Required<ToJudge>; deaths: number } | null = null;
  let waiting: Required<ToJudge> | null = null;

  const next = () => {
    current = waiting && { asked: waiting, deaths: 0 };
    waiting = null;
    if (current) post(current.asked);
  };
  const post = (asked: Required<ToJudge>) => {
    thread ??= started();
    const { id, terms, figured } = asked;
    thread.postMessage({
      ...{ id, terms },
      ...(asked.results !== results && { results: asked.results }),
      ...(asked.results !== figuredResults && { figured }),
    });
    results = figuredResults = asked.results;
  };
  const started = () => {
    const own = start();
    let problem: string | null = null;
    own.on('message', (message) => {
      if (own !== thread) return;
      if (message.about === 'figures') {
        worked(message.seconds);
        if ('figures' in message) figures({ figures: message.figures, findings: message.findings });
        else noFigures(message.problem);
        return;
      }
      if (message.id !== current?.asked.id) return;
      worked(message.seconds);
      const { id } = message;
      if ('judgement' in message) answer({ type: 'judgement', id, judgement: message.judgement });
      else answer({ type: 'unjudged', id, problem: message.problem });
      next();
    });
    own.on('error', (error) => (problem = error.message));
    own.on('exit', (code) => {
      if (own !== thread) return;
      [thread, results] = [null, null];
      const why = problem ?? `it ended with code ${code}`;
      died(why);
      if (current === null) return;
      if (current.deaths++ === 0) return post(current.asked);
      answer({ type: 'unjudged', id: current.asked.id, problem: why });
      next();
    });
    return own;
  };

  return {
    ask(asked) {
      waiting = asked;
      if (current === null) next();
    },
    end() {
      const own = thread;
      thread = current = waiting = results = null;
      void own?.terminate();
    },
  };
}
