// Rewrites energy_uj files every millisecond (see powercapTree.ts). Reads {zones, truthFile} as JSON from stdin, says
// `ready`, and runs until it is killed or its parent is gone.
import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import os from 'node:os';

const { zones, truthFile, factorFile } = JSON.parse(readFileSync(0, 'utf8'));
const files = zones.map((zone) => openSync(zone.file, 'r+'));
const usesCpu = zones.some((zone) => zone.busyWatts > 0);
const truth = openSync(truthFile, 'a');
const stat = usesCpu ? openSync('/proc/stat', 'r') : null;
const line = Buffer.alloc(256);
const parent = process.ppid;
try {
  // A counter must not lag because the program under test keeps all cores busy.
  os.setPriority(-15);
} catch {}

const nowMs = () => Number(process.hrtime.bigint() / 1000n) / 1000;
function busySeconds() {
  if (stat === null) return 0;
  const [, user, nice, system, , , irq, softirq] = line
    .toString('latin1', 0, readSync(stat, line, 0, 256, 0))
    .split(/ +/);
  return (Number(user) + Number(nice) + Number(system) + Number(irq) + Number(softirq)) / 100;
}

const pause = new Int32Array(new SharedArrayBuffer(4));
const startMs = nowMs();
const startBusy = busySeconds();
let busy = 0;
// Seconds weighted by the factor that another process sets.
let [factor, weighted, atMs] = [1, 0, startMs];
for (let tick = 0; ; tick++) {
  if (usesCpu && tick % 10 === 0) {
    busy = busySeconds() - startBusy;
    writeSync(truth, `${JSON.stringify([nowMs(), busy])}\n`);
  }
  if (factorFile) {
    if (tick % 20 === 0) factor = Number(readFileSync(factorFile, 'utf8')) || factor;
    const before = atMs;
    weighted += (factor * ((atMs = nowMs()) - before)) / 1000;
  }
  for (let i = 0; i < zones.length; i++) {
    const zone = zones[i];
    const seconds = factorFile ? weighted : (nowMs() - startMs) / 1000;
    const joules = zone.watts * seconds + zone.busyWatts * busy;
    // No two zones use the same to the microjoule: a ripple of 2 mJ, each at a beat of its own.
    const ripple = 2000 * Math.sin((3 + i) * seconds);
    const microjoules = Math.floor(zone.startMicrojoules + 2000 + ripple + joules * 1e6) % zone.rangeMicrojoules;
    writeSync(files[i], `${String(microjoules).padEnd(15, '\n')}\n`, 0);
  }
  if (tick === 0) process.stdout.write('ready\n');
  if (tick % 1000 === 999 && process.ppid !== parent) break;
  Atomics.wait(pause, 0, 0, 1);
}
for (const fd of files) closeSync(fd);
