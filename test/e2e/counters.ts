import { readFileSync } from 'node:fs';
import { eventsFile } from '../../src/runs/store/folders';
import { listRunFolders } from '../../src/runs/store/runFolder';
import { startPowercapDriver } from '../support/powercapTree';

/**
 * Simulated energy counters of two sockets whose power depends on the batch size that is measured at the moment: so the
 * energy of a batch size is a matter of the test, not of what else the machine does.
 *
 * @param factors batch size to a factor of the power; 1 for others
 */
export async function startCounters(workspace: () => string, factors: Readonly<Record<number, number>>) {
  const driver = await startPowercapDriver({
    packageWatts: 60,
    dramWatts: 9,
    busyWatts: 15,
    secondPackageMore: 8,
    adjustable: true,
  });
  let last = 1;
  const timer = setInterval(() => {
    const factor = factors[batchSizeNow(workspace()) ?? 0] ?? 1;
    if (factor !== last) driver.setFactor((last = factor));
  }, 50);
  return {
    root: driver.root,
    async stop() {
      clearInterval(timer);
      await driver.stop();
    },
  };
}

/** Of the trial that the newest run began last. */
function batchSizeNow(workspace: string): number | null {
  const [newest] = listRunFolders(workspace).sort().reverse();
  if (newest === undefined) return null;
  try {
    const started = readFileSync(eventsFile(newest), 'utf8')
      .match(/"type":"trial.started"[^\n]*/g)
      ?.at(-1);
    return Number(/"configuration":"[^"]*?\bb(?:atch)?-?(\d+)/.exec(started ?? '')?.[1]) || null;
  } catch {
    return null;
  }
}
