import { expect, it } from 'vitest';
import { inContainer } from '../../../src/machine/container';
import { machineFiles } from '../../support/machineFiles';

/** Lines of /proc/self/mountinfo, of a mount with the folder that it shows and its place. */
const mounts = (...entries: [from: string, at: string][]) =>
  entries.map(([from, at], i) => `${i + 30} 29 8:1 ${from} ${at} rw,relatime - ext4 /dev/sda1 rw\n`).join('');

it('knows the containers of each runtime by what it leaves, and no machine for one', () => {
  const known = [
    { '.dockerenv': '' },
    { 'run/.containerenv': 'engine="podman-5.2.2"\n' },
    { 'run/systemd/container': 'systemd-nspawn' },
    { 'proc/1/cgroup': '12:cpuset:/docker/4f3c\n' },
    {
      'proc/1/cgroup': '0::/\n',
      'proc/self/mountinfo': mounts(
        ['/', '/'],
        ['/var/lib/kubelet/pods/9e2f/etc-hosts', '/etc/hosts'],
        ['/var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/7a/resolv.conf', '/etc/resolv.conf'],
      ),
    },
    { 'proc/self/mountinfo': mounts(['/var/lib/docker/containers/4f3c/hostname', '/etc/hostname']) },
  ];
  for (const files of known) expect(inContainer(machineFiles(files))).toBe(true);
  const host = {
    'proc/1/cgroup': '0::/init.scope\n',
    'proc/self/mountinfo': mounts(['/', '/'], ['/var/lib/docker/containers', '/srv/docker']),
  };
  expect(inContainer(machineFiles(host))).toBe(false);
  expect(inContainer(machineFiles({}))).toBe(false);
});
