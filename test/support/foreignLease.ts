import { renameSync, utimesSync, writeFileSync } from 'node:fs';
import { goodForMs, type Lease, leaseFile } from '../../src/runs/ownership/lease';

/** The lease of an engine on a machine that this one is not. */
export const foreignLease = (more: Partial<Lease> = {}): Lease => ({
  host: 'node-17',
  bootId: 'boot of node-17',
  pidNamespace: 'pid:[4026531836]',
  engine: { pid: 4242, startTicks: 99, bootId: 'boot of node-17' },
  session: 1,
  nonce: 'nonce of node-17',
  beats: 0,
  renewedAt: Date.now(),
  goodForMs,
  ...more,
});

/** Writes it as its engine does, by one rename. @param writtenAtMs by the file system's clock */
export function writeLease(folder: string, lease: Lease, writtenAtMs = lease.renewedAt): void {
  const partial = `${leaseFile(folder)}.other`;
  writeFileSync(partial, JSON.stringify(lease));
  utimesSync(partial, writtenAtMs / 1000, writtenAtMs / 1000);
  renameSync(partial, leaseFile(folder));
}
