import path from 'node:path';
import type { Part } from '../../core/energy/source';
import { openPerfEvent, type PerfEventProblem } from '../../machine/perfEvent';
import { readSmallFile } from '../../machine/smallFile';
import type { Counter } from '../source';
import { cpuInPlaceOf, eventOf } from './pmu';

/**
 * The event of a recorded part, in microjoules since it was opened; from the kernel's count by the scale that it states.
 * A reading is one system call, and one message to the CPU of the socket.
 */
export function openEvent({
  path: file,
  cpu,
  scope,
}: Pick<Part, 'path' | 'cpu' | 'scope'>): Counter | PerfEventProblem {
  if (file === null || cpu === undefined) return { code: 'ENOENT' };
  const folder = path.dirname(path.dirname(file));
  const event = eventOf(folder, path.basename(file));
  const type = readSmallFile(path.join(folder, 'type'));
  if (event === null || type.code !== null) return { code: type.code ?? 'INCOMPLETE' };
  const choice = { type: Number(type.text), config: event.config };
  let opened = openPerfEvent({ ...choice, cpu });
  if ('code' in opened) {
    // Where that CPU was switched off, the kernel reads the socket by another one meanwhile.
    const other = cpuInPlaceOf(folder, { cpu, socket: scope.number });
    if (other === null) return opened;
    opened = openPerfEvent({ ...choice, cpu: other });
    if ('code' in opened) return opened;
  }
  const microjoulesPerCount = event.joulesPerCount * 1e6;
  return {
    read() {
      const count = opened.read();
      return count === null ? null : Math.round(Number(count) * microjoulesPerCount);
    },
    close: () => opened.close(),
  };
}

/** The same; one that cannot be opened is never read. */
export function openEventCounter(part: Pick<Part, 'path' | 'cpu' | 'scope'>): Counter {
  const opened = openEvent(part);
  return 'code' in opened ? { read: () => null, close: () => {} } : opened;
}
