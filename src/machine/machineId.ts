import { createHmac } from 'node:crypto';
import { readWhole } from './regularFile';

/** systemd's and D-Bus's file; a line of 32 hexadecimal digits. */
const machineIdFile = '/etc/machine-id';

/**
 * A name of this machine that stays over reboots, and is of no use elsewhere: the machine's id itself is to be kept from others
 * (machine-id(5)), so it is hashed with a word of ours. null where it has none (a container, a first boot).
 */
export function machineId(file = machineIdFile): string | null {
  try {
    const id = readWhole(file, 4096).toString('utf8').trim();
    return /^[0-9a-f]{32}$/.test(id) ? createHmac('sha256', id).update('greenbatch').digest('hex').slice(0, 32) : null;
  } catch {
    return null;
  }
}
