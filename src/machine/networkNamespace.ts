import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readProcFile } from './smallFile';

/** Of the machine's first PID namespace, in every kernel since 3.8 (`PROC_PID_INIT_INO`, include/linux/proc_ns.h). */
const firstPidNamespace = 'pid:[4026531836]';

/**
 * Whose network this process has: the machine's, or one of its own (a container, `ip netns exec`, `unshare --net`). What has a
 * name in one network namespace, as an abstract socket has, cannot be seen from another. Process 1 is compared with; where
 * this process sees another process 1 than the machine has, only a difference says something.
 */
export function networkOf(proc = '/proc'): 'machine' | 'own' | 'unknown' {
  const same = haveOneNetwork(proc);
  if (same === false) return 'own';
  return same === true && link(join(proc, 'self/ns/pid')) === firstPidNamespace ? 'machine' : 'unknown';
}

/** null where nothing tells. Another user's namespaces are hidden, but not the sockets in them: no two have one number. */
function haveOneNetwork(proc: string): boolean | null {
  const [own, first] = ['self', '1'].map((process) => link(join(proc, process, 'ns/net')));
  if (own !== null && first !== null) return own === first;
  const [ours, firsts] = ['self', '1'].map((process) => unixSockets(join(proc, process, 'net/unix')));
  if (ours!.size === 0 && firsts!.size === 0) return null;
  return [...firsts!].some((socket) => ours!.has(socket));
}

function link(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** The inode numbers of all unix sockets in the network namespace whose list this is: `Num: … Type St Inode Path`. */
const unixSockets = (list: string): Set<string> =>
  new Set(
    (readProcFile(list) ?? '')
      .split('\n')
      .slice(1)
      .flatMap((line) => line.split(/\s+/)[6] ?? [])
      .filter((n) => n !== '0'),
  );
