import type { Machine } from '../../src/core/energy/diagnosis';

/** A two-socket Cascade Lake server with Ubuntu's kernel of 2024, on which nothing stands in the way; and what differs from it. */
export const machineWith = (other: Partial<Machine> = {}): Machine => ({
  ...{ kind: 'metal', container: false, vendor: 'intel', family: 6, model: 85, kernel: '6.8.0-45-generic' },
  ...{ sockets: [0, 1], filtering: { state: 'off', by: 'msr', because: 'MSR 0xBC, bit 0 is 0' } },
  ...{ network: 'machine', endAtLogout: null },
  ...other,
});

/** CPUs as /proc/cpuinfo numbers them. */
export const cpus = {
  graniteRapids: { vendor: 'intel', family: 6, model: 173, kernel: '6.11.0-9-generic' },
  sierraForest: { vendor: 'intel', family: 6, model: 175, kernel: '6.8.0-45-generic' },
  clearwaterForest: { vendor: 'intel', family: 6, model: 221, kernel: '6.14.0-15-generic' },
  sapphireRapids: { vendor: 'intel', family: 6, model: 143, kernel: '6.8.0-45-generic' },
  rome: { vendor: 'amd', family: 23, model: 49, kernel: '5.15.0-118-generic' },
  milan: { vendor: 'amd', family: 25, model: 1, kernel: '5.15.0-118-generic' },
  turin: { vendor: 'amd', family: 26, model: 2, kernel: '6.14.0-15-generic' },
} as const satisfies Record<string, Partial<Machine>>;
