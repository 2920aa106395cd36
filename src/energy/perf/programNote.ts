import type { PerfProgram } from '../../machine/perfProgram';

/** Where each distribution has the program, by what os-release(5) calls it or says that it is like. */
const packages: readonly { like: RegExp; command: string }[] = [
  { like: /\bubuntu\b/, command: 'sudo apt install linux-tools-common linux-tools-generic "linux-tools-$(uname -r)"' },
  { like: /\bdebian\b/, command: 'sudo apt install linux-perf' },
  { like: /\b(?:fedora|rhel|centos)\b/, command: 'sudo dnf install perf' },
  { like: /\bsuse\b/, command: 'sudo zypper install perf' },
  { like: /\barch\b/, command: 'sudo pacman -S perf' },
  { like: /\balpine\b/, command: 'sudo apk add perf' },
];

/** The command that installs the program; null for a distribution that is not known. */
export function installCommand(osRelease: string): string | null {
  const names = osRelease.split('\n').filter((line) => /^ID(?:_LIKE)?=/.test(line));
  return packages.find(({ like }) => like.test(names.join(' ').toLowerCase()))?.command ?? null;
}

/** What the doctor says of the program, which only one way of reading needs: nothing where it is there. */
export function programNotes(state: PerfProgram, program: string, osRelease: string): string[] {
  if (state === 'there') return [];
  const what = {
    missing: `there is no ${program}`,
    'no-tools': `${program} has no tools for the kernel that runs`,
    broken: `${program} does not start`,
  }[state];
  const command = state === 'broken' ? null : installCommand(osRelease);
  const note = `The program perf is needed for measure.perf: program alone, and to read events by hand: ${what}`;
  return [command === null ? `${note}.` : `${note}. To install it:\n  ${command}`];
}
