import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readProcFile } from './smallFile';

const runtimes = /docker|kubepods|kubelet|containerd|crio|lxc|libpod|containers\/storage/;

/**
 * Whether this process is in a container. Below cgroup v2 a container sees its own group as the root, and Kubernetes leaves
 * no file behind: but a runtime mounts `hostname`, `hosts` and `resolv.conf` from a folder of its own over those of the image.
 * @param root where the machine's files are looked for: another folder in tests
 */
export function inContainer(root = '/'): boolean {
  if (['.dockerenv', 'run/.containerenv', 'run/systemd/container'].some((file) => existsSync(join(root, file))))
    return true;
  if (runtimes.test(readProcFile(join(root, 'proc/1/cgroup')) ?? '')) return true;
  const mounts = (readProcFile(join(root, 'proc/self/mountinfo')) ?? '').split('\n').map((line) => line.split(' '));
  return mounts.some(
    ([, , , from, at]) => /^\/etc\/(?:hostname|hosts|resolv\.conf)$/.test(at ?? '') && runtimes.test(from ?? ''),
  );
}
