import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { stageProgram } from '../../src/engine/launch/stage';
import { finish, program } from './greenbatch';

/**
 * An emulated two-socket machine with the kernel's own powercap driver, a PMU of energy events and `perf`: its files,
 * permissions and wraps are real, its power is made up and its speed says nothing. It belongs to the larger test data
 * (tools/energy-lab beside it).
 */
const lab = resolve(process.env.GREENBATCH_FIXTURES ?? '../shared/data', '../tools/energy-lab/rapl-guest');
export const guestMissing = !existsSync(join(lab, 'run')) || process.getuid?.() !== 0;

/** Where the lab puts what it has built. */
const built = join(
  process.env.ENERGY_LAB_HOME ?? join(process.env.ENERGY_LAB_BASE ?? '/var/tmp', 'energy-lab'),
  'rapl-guest',
);
/** The guest's counters move so often. */
export const quantum = 'quantum_us=976';

/** Watts of a socket that the guest's parameters state, at rest and with all its CPUs busy. */
export const guestWatts = { package: { idle: 45, busy: 165 }, dram: { idle: 6, busy: 15 } } as const;

/** Builds the lab, or brings it up to date; needs root, and a minute or two the first time. */
export function buildLab(): void {
  execFileSync('apt-get', ['update'], { stdio: 'ignore' });
  execFileSync(join(lab, 'build'), { stdio: 'ignore' });
}

/** Begins each job: `as_cc COMMAND` is for the unprivileged user. */
const prelude = `set -u
as_cc() { su -s /bin/bash cc -c "cd ~; export GREENBATCH_CACHE=/tmp/cache; $1"; }
`;

export function makeGuest() {
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-guest-'));
  const mount = join(folder, 'mount');
  const out = join(folder, 'out');
  return {
    /** Read-only at /mnt/host. */
    mount,
    /** Writable at /out, and left as it is between boots. */
    out,
    /**
     * Builds it, with the built program in /mnt/host/program, and what an administrator has in /mnt/host/system. A job copies the
     * program into the guest's memory first: from there a run stages it by links, from the host file by file.
     */
    build() {
      buildLab();
      const staged = stageProgram({ node: process.execPath, script: program }, join(folder, 'cache'));
      cpSync(dirname(staged.script), join(mount, 'program'), {
        recursive: true,
        dereference: true,
        filter: (file) => file !== staged.node,
      });
      layOutSystem(join(mount, 'system'), folder);
      mkdirSync(out);
      // The guest's unprivileged user must be able to read all this.
      execFileSync('chmod', ['-R', 'a+rX', folder]);
      chmodSync(out, 0o1777);
    },
    remove: () => rmSync(folder, { recursive: true }),
    /**
     * Boots it as a machine that is reached by ssh, as root, until `down`. /mnt/host/fakerapl.ko is its driver, to be loaded again
     * with the driver's `parameters`.
     */
    async up() {
      cpSync(join(built, 'mod/fakerapl.ko'), join(mount, 'fakerapl.ko'));
      const env = { ...process.env, ENERGY_LAB_GUEST_PORT: String(await freePort()) };
      const lifted = ['up', '--mem', '2048', '--rapl', quantum, '--out', out, '--mount', mount];
      const config = execFileSync(join(lab, 'ssh'), lifted, { env, encoding: 'utf8' }).trim();
      return {
        /** @param terminal whether the command gets one, as a person's shell */
        start: (command: string, terminal = false) =>
          spawn('ssh', ['-F', config, ...(terminal ? ['-tt'] : ['-n']), 'raplguest', command]),
        down: () => execFileSync(join(lab, 'ssh'), ['down'], { env, stdio: 'ignore' }),
      };
    },
    /** Boots it for one job in bash, as root. */
    run(job: string, parameters: readonly string[] = []) {
      writeFileSync(join(mount, 'job.sh'), `${prelude}${job}`);
      const rapl = [quantum, ...parameters].join(',');
      const options = ['--mem', '2048', '--rapl', rapl, '--out', out, '--timeout', '800', '--mount', mount];
      return finish(spawn(join(lab, 'run'), [...options, '--', 'bash', 'job.sh']));
    },
  };
}

/**
 * What the guest lacks for the commands that the doctor prints: udev, groupadd and usermod from Debian's packages, and a
 * `sudo` that asks nobody.
 */
function layOutSystem(system: string, scratch: string): void {
  execFileSync('apt-get', ['download', 'udev', '-o', 'APT::Sandbox::User=root'], { cwd: scratch, stdio: 'ignore' });
  const archive = readdirSync(scratch).find((name) => name.endsWith('.deb'))!;
  execFileSync('dpkg', ['-x', archive, 'udev'], { cwd: scratch });
  const put = (file: string, as: string) => {
    cpSync(file, join(system, as), { recursive: true, dereference: true });
    for (const [library] of execFileSync('ldd', [file], { encoding: 'utf8' }).matchAll(/\/\S+\.so\S*/g))
      cpSync(library, join(system, library), { recursive: true, dereference: true });
  };
  put(join(scratch, 'udev/bin/udevadm'), 'usr/bin/udevadm');
  symlinkSync('udevadm', join(system, 'usr/bin/systemd-udevd'));
  for (const name of ['groupadd', 'usermod']) put(`/usr/sbin/${name}`, `usr/sbin/${name}`);
  mkdirSync(join(system, 'etc/udev/rules.d'), { recursive: true });
  mkdirSync(join(system, 'etc/sysctl.d'));
  const sudo =
    'int setgid(int), setuid(int), execvp(const char *, char **);' +
    'int main(int n, char **a) { setgid(0); setuid(0); execvp(a[1], a + 1); return 127; }';
  execFileSync('gcc', ['-x', 'c', '-', '-o', join(system, 'usr/bin/sudo')], { input: sudo });
}

const freePort = () =>
  new Promise<number>((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
