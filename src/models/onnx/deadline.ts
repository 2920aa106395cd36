import { writeSync } from 'node:fs';
import { Worker, workerData } from 'node:worker_threads';
import type { InferenceWatch } from './session';

/** A batch may take so much longer than the slowest one before it. */
const patience = 10;

/** Shared with the thread: what is going on (odd: inference; −1: nothing more will) and how long it may take. */
type Shared = { state: Int32Array; message: string };

/**
 * Ends this process, saying why, when a model takes far longer for a batch than it may: one with an endless loop would hold
 * the main thread for good, where no timer fires. So it is another thread that waits.
 *
 * @param program the bundle that the thread is started from
 * @param seconds that any batch may take
 */
export function startDeadline(program: string, model: string, seconds: number): InferenceWatch & { close(): void } {
  const state = new Int32Array(new SharedArrayBuffer(8));
  const message = `${model} has not come to an end with a batch for so long that it was ended: does it hold an endless loop? (--timeout sets how many seconds are waited)`;
  const shared: Shared = { state, message };
  new Worker(program, { workerData: { role: 'deadline', ...shared } }).unref();
  let perImageMs = 0;
  let [start, images] = [0, 0];
  const set = (value: number) => {
    Atomics.store(state, 0, value);
    Atomics.notify(state, 0);
  };
  return {
    begin(count) {
      [start, images] = [performance.now(), count];
      Atomics.store(state, 1, Math.min(2 ** 31 - 1, Math.max(seconds * 1000, patience * perImageMs * count)));
      set(state[0]! + 1);
    },
    end() {
      if (images > 0) perImageMs = Math.max(perImageMs, (performance.now() - start) / images);
      set(state[0]! + 1);
    },
    close: () => set(-1),
  };
}

/** The body of the thread. */
export function deadlineMain(): void {
  const { state, message } = workerData as Shared;
  for (;;) {
    const now = Atomics.load(state, 0);
    if (now === -1) return;
    const isRunning = now % 2 === 1;
    if (Atomics.wait(state, 0, now, isRunning ? state[1] : Infinity) !== 'timed-out') continue;
    writeSync(2, `greenbatch: ${message}\n`);
    // The main thread is inside of a library and answers nothing else.
    process.kill(process.pid, 'SIGKILL');
  }
}
