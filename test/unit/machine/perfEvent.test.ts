import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { openPerfEvent } from '../../../src/machine/perfEvent';
import { perfEventsMissing } from '../../support/perfPmu';

const missing = perfEventsMissing();
if (missing) console.warn(`skipped: events of perf (${missing})`);

const linkOf = (fd: string) => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
};
const eventFds = () => readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).includes('perf_event'));

/** That an event which had to share its counter is not read cannot be shown here: those of software never share. */
it.skipIf(missing)('is no open file of the programs that this one starts, and none once it is closed', () => {
  const before = eventFds();
  // PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK.
  const event = openPerfEvent({ type: 1, config: 0n, cpu: 0 });
  if ('code' in event) throw new Error(event.code);
  const [fd] = eventFds().filter((one) => !before.includes(one));
  onTestFinished(() => expect(eventFds()).toEqual(before));
  const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))![1]!;
  // O_CLOEXEC
  expect(Number.parseInt(flags, 8) & 0o2000000).not.toBe(0);
  event.close();
});
