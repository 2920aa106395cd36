import type { ChosenTerms } from '../../src/core/panel/protocol/chosenTerms';
import { createBusyNotice } from './busyNotice';

/**
 * The page's questions to the host, how a run is to be judged by what the sliders say: one under way at most, and of what is asked
 * meanwhile the newest.
 *
 * @param ask sends a question; ids grow
 * @param onBusy an answer is waited for, and that takes long; or no longer
 */
export function createJudging(ask: (id: number, terms: ChosenTerms | null) => void, onBusy: (isBusy: boolean) => void) {
  let lastId = 0;
  let asked: { id: number; terms: ChosenTerms | null } | null = null;
  let waiting: { terms: ChosenTerms | null } | null = null;
  const { wait, rest } = createBusyNotice(onBusy);
  const send = (terms: ChosenTerms | null) => {
    asked = { id: ++lastId, terms };
    waiting = null;
    wait();
    ask(asked.id, terms);
  };
  return {
    want(terms: ChosenTerms | null): void {
      if (asked === null) send(terms);
      else waiting = { terms };
    },
    /** An answer has come: the terms that it is by; undefined where nobody waits for it any more. */
    answered(id: number): ChosenTerms | null | undefined {
      if (asked?.id !== id) return undefined;
      const { terms } = asked;
      asked = null;
      if (waiting) send(waiting.terms);
      else rest();
      return terms;
    },
    /** The host begins anew: what was asked gets no answer. */
    anew(): void {
      asked = waiting = null;
      rest();
    },
  };
}
