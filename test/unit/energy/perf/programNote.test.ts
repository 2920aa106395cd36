import { expect, it } from 'vitest';
import { installCommand, programNotes } from '../../../../src/energy/perf/programNote';

it('knows the package of each distribution, and of those that are like it', () => {
  const of = (id: string, like = '') =>
    installCommand(`NAME="x"\nID=${id}\nVERSION_ID="1"\n${like && `ID_LIKE=${like}`}`);
  expect(of('ubuntu', 'debian')).toBe(
    'sudo apt install linux-tools-common linux-tools-generic "linux-tools-$(uname -r)"',
  );
  expect(of('linuxmint', '"ubuntu debian"')).toContain('linux-tools');
  expect(of('debian')).toBe('sudo apt install linux-perf');
  expect(of('"rocky"', '"rhel centos fedora"')).toBe('sudo dnf install perf');
  expect(of('"sles"', '"suse"')).toBe('sudo zypper install perf');
  expect(of('plan9')).toBeNull();
  expect(installCommand('NAME="not ubuntu"\n')).toBeNull();
});

it('speaks of the program only where it lacks, and never as of a fault of the events', () => {
  const debian = 'ID=debian\n';
  expect(programNotes('there', 'perf', debian)).toEqual([]);
  expect(programNotes('missing', 'perf', debian)).toEqual([
    expect.stringMatching(
      /needed for measure\.perf: program alone.*there is no perf\. To install it:\n {2}sudo apt install linux-perf$/,
    ),
  ]);
  expect(programNotes('no-tools', 'perf', 'ID=ubuntu\n')[0]).toMatch(
    /no tools for the kernel.*\n {2}sudo apt install linux-tools/,
  );
  expect(programNotes('broken', '/opt/perf', debian)).toEqual([expect.stringMatching(/\/opt\/perf does not start\.$/)]);
  expect(programNotes('missing', 'perf', '')[0]).not.toContain('\n');
});
