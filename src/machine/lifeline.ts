import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { parentPort, Worker } from 'node:worker_threads';

/** After standard input has ended, for what was asked last to be answered. */
const graceMs = 1000;

/**
 * Standard input, of whose end a process learns also while its main thread is busy: whoever started it, and dies, leaves no process behind
 * that works on for nobody. Where it is a pipe another thread reads it, and `graceMs` after its end kills the process.
 *
 * @param program the bundle that the thread is started from
 */
export function openLifeline(program: string): Readable {
  const state = fstatSync(0);
  // A terminal or a file is no sign of anybody's life.
  if (!state.isFIFO() && !state.isSocket()) return process.stdin;
  const thread = new Worker(program, { workerData: { role: 'lifeline' } });
  const input = new Readable({
    read: () => undefined,
    destroy(error, done) {
      // It goes with the process, and does not keep it.
      thread.unref();
      done(error);
    },
  });
  thread.on('message', (chunk: Uint8Array | null) => input.push(chunk));
  thread.once('error', (error) => input.destroy(error));
  return input;
}

/** The body of the thread. */
export function lifelineMain(): void {
  const end = () => {
    parentPort!.postMessage(null);
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs);
  };
  const input = new Socket({ fd: 0, readable: true, writable: false });
  let hasEnded = false;
  for (const how of ['end', 'error', 'close'])
    input.once(how, () => {
      if (!hasEnded) end();
      hasEnded = true;
    });
  input.on('data', (chunk) => parentPort!.postMessage(chunk));
}
