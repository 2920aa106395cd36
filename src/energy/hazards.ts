import type { Hazard, Machine } from '../core/energy/diagnosis';

/** What of the machine can spoil or end a run, whichever source it takes. */
export function hazardsOf(machine: Machine): Hazard[] {
  return [...networkHazards(machine), ...logoutHazards(machine)];
}

const sharedNetwork =
  'Measure in this network alone, or with that of the machine: docker run --network host, or hostNetwork: true in Kubernetes';

/** The measuring lock (`src/runs/ownership/measuringLock.ts`) is known by a name in a network namespace. */
function networkHazards({ network, container }: Machine): Hazard[] {
  if (network === 'machine' || (network === 'unknown' && !container)) return [];
  const reach =
    'the lock that lets one run measure at a time does not reach into others, so a run outside is neither seen nor kept out';
  const reason =
    network === 'own'
      ? `This is a network namespace of its own: ${reach}`
      : `This is a container: where it has a network of its own, ${reach}`;
  return [{ code: 'network-namespace', reason, advice: sharedNetwork, fix: null }];
}

const userName = '"$(id -un)"';
const linger = `sudo loginctl enable-linger ${userName}`;

/** A detached run has no terminal that could hang up, but it stays in the control group of whoever started it. */
function logoutHazards({ endAtLogout }: Machine): Hazard[] {
  const hazard = (reason: string, advice: string | null, fix: string): Hazard[] => [
    { code: 'ended-at-logout', reason, advice, fix },
  ];
  switch (endAtLogout) {
    case null:
      return [];
    case 'user-manager':
      return hazard(
        'A run in the background ends with your last session: systemd ends all programs of a user who does not linger',
        null,
        linger,
      );
    case 'session':
      return hazard(
        'A run in the background ends when you log out: logind ends all programs of a session (KillUserProcesses=yes)',
        `Except yourself from that; or start each run outside of the session: ${linger}, then systemd-run --user --scope greenbatch run FILE --detach (to linger alone does not help)`,
        [
          'sudo mkdir -p /etc/systemd/logind.conf.d',
          `printf '[Login]\\nKillExcludeUsers=root %s\\n' ${userName} | sudo tee /etc/systemd/logind.conf.d/70-greenbatch.conf`,
          'sudo systemctl kill --signal=HUP systemd-logind.service',
        ].join('\n'),
      );
  }
}
