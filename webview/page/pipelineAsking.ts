import type { AskedOfPipeline } from '../../src/core/panel/protocol/pipelineMessages';
import { createBusyNotice } from './busyNotice';

/**
 * The page's questions to the solver. Each is asked at once, for the host lets only the newest wait; an answer to an earlier one is
 * shown until that of the newest has come.
 *
 * @param ask sends a question; ids grow
 * @param onBusy the answer to the newest is waited for, and that takes long; or no longer
 */
export function createPipelineAsking(
  ask: (id: number, asked: AskedOfPipeline) => void,
  onBusy: (isBusy: boolean) => void,
) {
  let lastId = 0;
  let shownId = 0;
  const { wait, rest } = createBusyNotice(onBusy);
  return {
    ask(asked: AskedOfPipeline): void {
      wait();
      ask(++lastId, asked);
    },
    /** The host says that an answer is being made. */
    begun: wait,
    /**
     * An answer has come, or one that nobody asked for (null): whether it is to be shown. One that is older than what is shown
     * is not. With one that nobody asked for the host has begun anew: what it was asked before may get no answer, so nothing is
     * waited for until it is asked again.
     */
    answered(id: number | null): boolean {
      if (id === null) {
        rest();
        return true;
      }
      if (id < shownId || id > lastId) return false;
      shownId = id;
      if (id === lastId) rest();
      return true;
    },
    /** There will be no answer. */
    failed(): void {
      shownId = lastId;
      rest();
    },
  };
}
