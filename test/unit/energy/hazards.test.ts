import { expect, it } from 'vitest';
import { hazardsOf } from '../../../src/energy/hazards';
import { machineWith } from '../../support/machines';

it('says that the lock ends with the network, where that is another or may be', () => {
  expect(hazardsOf(machineWith())).toEqual([]);
  expect(hazardsOf(machineWith({ network: 'unknown' }))).toEqual([]);
  const own = hazardsOf(machineWith({ network: 'own' }));
  expect(own).toMatchObject([{ code: 'network-namespace', reason: expect.stringContaining('of its own: the lock') }]);
  const container = hazardsOf(machineWith({ container: true, network: 'unknown' }));
  expect(container).toMatchObject([
    { reason: expect.stringContaining('where it has'), advice: expect.stringContaining('--network host') },
  ]);
});

it('says what ends a run in the background, and what keeps it: to linger helps one of the two', () => {
  expect(hazardsOf(machineWith({ endAtLogout: 'user-manager' }))).toMatchObject([
    { code: 'ended-at-logout', fix: 'sudo loginctl enable-linger "$(id -un)"' },
  ]);
  const [session] = hazardsOf(machineWith({ endAtLogout: 'session' }));
  expect(session!.reason).toContain('KillUserProcesses=yes');
  expect(session!.advice).toMatch(/systemd-run --user --scope .*linger alone does not help/);
  expect(session!.fix).toContain('KillExcludeUsers=root %s');
});
