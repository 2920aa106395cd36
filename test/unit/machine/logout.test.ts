import { describe, expect, it } from 'vitest';
import { endAtLogout } from '../../../src/machine/logout';
import { machineFiles } from '../../support/machineFiles';

type Files = Parameters<typeof machineFiles>[0];
const session = '0::/user.slice/user-1000.slice/session-3.scope\n';
const manager = '0::/user.slice/user-1000.slice/user@1000.service/app.slice/code.scope\n';
const of = (files: Files, cgroup = session, user = 'cc') =>
  endAtLogout(machineFiles({ 'run/systemd/system/': '', 'proc/self/cgroup': cgroup, ...files }), user);
const conf = (...lines: string[]) => ['[Login]', ...lines, ''].join('\n');

describe('a program of a session', () => {
  it('ends with it by logind’s setting alone, be the user lingering or not', () => {
    expect(of({})).toBeNull();
    expect(of({ 'etc/systemd/logind.conf': conf('KillUserProcesses=yes') })).toBe('session');
    expect(of({ 'etc/systemd/logind.conf': conf('KillUserProcesses=yes'), 'var/lib/systemd/linger/cc': '' })).toBe(
      'session',
    );
    expect(of({ 'etc/systemd/logind.conf': conf('#KillUserProcesses=no') })).toBeNull();
    expect(of({ 'etc/systemd/logind.conf': 'KillUserProcesses=yes\n[Sleep]\nKillUserProcesses=yes\n' })).toBeNull();
  });

  it('ends where systemd was built so, as the comment in its own file says', () => {
    expect(of({ 'usr/lib/systemd/logind.conf': conf('#KillUserProcesses=yes') })).toBe('session');
    expect(of({ 'usr/lib/systemd/logind.conf': conf('#KillUserProcesses=yes', 'KillUserProcesses = off') })).toBeNull();
  });

  it('is decided by the last file in the order of names, of which the first folder’s counts', () => {
    const yes = conf('KillUserProcesses=yes');
    const no = conf('KillUserProcesses=no');
    expect(of({ 'etc/systemd/logind.conf': no, 'usr/lib/systemd/logind.conf.d/10-kill.conf': yes })).toBe('session');
    expect(
      of({ 'usr/lib/systemd/logind.conf.d/90-kill.conf': yes, 'etc/systemd/logind.conf.d/50-keep.conf': no }),
    ).toBe('session');
    expect(
      of({ 'usr/lib/systemd/logind.conf.d/50-kill.conf': yes, 'run/systemd/logind.conf.d/50-kill.conf': no }),
    ).toBeNull();
    expect(
      of({
        'usr/lib/systemd/logind.conf.d/50-kill.conf': yes,
        'etc/systemd/logind.conf.d/50-kill.conf': { link: '/dev/null' },
      }),
    ).toBeNull();
    expect(of({ 'etc/systemd/logind.conf': no, 'usr/lib/systemd/logind.conf': yes })).toBeNull();
    expect(of({ 'etc/systemd/logind.conf.d/50-kill.conf.bak': yes })).toBeNull();
    expect(of({ 'etc/systemd/logind.conf': conf('KillUserProcesses=yes', 'KillUserProcesses=perhaps') })).toBe(
      'session',
    );
  });

  it('is spared or ended by the user’s name before the switch; root is spared until another is named', () => {
    const kill = (...lines: string[]) => ({ 'etc/systemd/logind.conf': conf('KillUserProcesses=yes', ...lines) });
    expect(of(kill(), session, 'root')).toBeNull();
    expect(of(kill('KillExcludeUsers=root cc'))).toBeNull();
    expect(of(kill('KillExcludeUsers=ada', 'KillExcludeUsers=cc'))).toBeNull();
    expect(of(kill('KillExcludeUsers=cc', 'KillExcludeUsers='))).toBe('session');
    expect(of(kill('KillExcludeUsers=ada'), session, 'root')).toBe('session');
    expect(of(kill('KillOnlyUsers=ada'))).toBeNull();
    expect(of({ 'etc/systemd/logind.conf': conf('KillUserProcesses=no', 'KillOnlyUsers=ada cc') })).toBe('session');
  });
});

it('a program of the user’s systemd ends with the last session, unless the user lingers', () => {
  expect(of({}, manager)).toBe('user-manager');
  expect(of({ 'etc/systemd/logind.conf': conf('KillUserProcesses=yes') }, manager)).toBe('user-manager');
  expect(of({ 'var/lib/systemd/linger/cc': '' }, manager)).toBeNull();
  expect(of({}, `12:pids:/\n1:name=systemd:${manager.slice(3)}0::/\n`)).toBe('user-manager');
});

it('nothing ends what belongs to no session, or where there is no systemd', () => {
  const kill = { 'etc/systemd/logind.conf': conf('KillUserProcesses=yes') };
  expect(of(kill, '0::/system.slice/ssh.service\n')).toBeNull();
  expect(of(kill, '')).toBeNull();
  expect(endAtLogout(machineFiles({ ...kill, 'proc/self/cgroup': session }), 'cc')).toBeNull();
});
