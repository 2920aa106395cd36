import { Socket } from 'node:net';
import { Worker, workerData } from 'node:worker_threads';
import { monotonicMs } from '../../machine/clock';
import { openThreadClock } from '../../machine/threadTime';
import { createTicker, readStandstills, standstillMemory, type Standstills, tickMs } from './standstill';

/**
 * A trial must not outlive its engine, not even while `run` blocks its main thread for minutes: its
 * joules would be charged to whatever is measured next. Standard input is a pipe whose other end
 * only the engine holds; when the engine dies, however it dies, the pipe ends and this thread kills
 * the process. It also finds when the process stood still.
 */
export function startWatchdog(program: string): Standstills {
  const standstills = standstillMemory();
  new Worker(program, { workerData: { role: 'watchdog', standstills } }).unref();
  return readStandstills(standstills);
}

/** The body of the thread. */
export function watchdogMain({ standstills } = workerData as { standstills: Float64Array }): void {
  const lifeline = new Socket({ fd: 0, readable: true, writable: false });
  const end = () => process.kill(process.pid, 'SIGKILL');
  lifeline.on('close', end).on('end', end).on('error', end).resume();
  const tick = createTicker(standstills);
  const clock = openThreadClock();
  setInterval(() => {
    const { user, system } = process.cpuUsage();
    tick({ nowMs: monotonicMs(), cpuMs: (user + system) / 1000, own: clock.read() });
  }, tickMs);
}
