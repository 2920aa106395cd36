import { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/**
 * A trial must not outlive its engine, not even while `run` blocks its main thread for minutes: its
 * joules would be charged to whatever is measured next. Standard input is a pipe whose other end
 * only the engine holds; when the engine dies, however it dies, the pipe ends and this thread kills
 * the process.
 */
export function startWatchdog(program: string): void {
  new Worker(program, { workerData: { role: 'watchdog' } }).unref();
}

/** The body of the thread. */
export function watchdogMain(): void {
  const lifeline = new Socket({ fd: 0, readable: true, writable: false });
  const end = () => process.kill(process.pid, 'SIGKILL');
  lifeline.on('close', end).on('end', end).on('error', end).resume();
}
