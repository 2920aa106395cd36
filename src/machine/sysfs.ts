import { statfsSync } from 'node:fs';

/** SYSFS_MAGIC of include/uapi/linux/magic.h. */
const sysfsMagic = 0x62656572;

/** Whether a path lies in the kernel's sysfs, wherever that is mounted: what a container shows at a place of its own is still the machine's. */
export function isOnSysfs(path: string): boolean {
  try {
    return statfsSync(path).type === sysfsMagic;
  } catch {
    return false;
  }
}
