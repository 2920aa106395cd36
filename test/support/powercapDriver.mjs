// Rewrites energy_uj files every millisecond (see powercapTree.ts). Reads {zones, truthFile} as JSON from stdin, says
// `ready`, and runs until it is killed or its parent is gone. Faults are lines of faultFile; what came of them, and when it
// was late itself, it writes to recordFile.
import { chmodSync, closeSync, ftruncateSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { readSync, rmdirSync, unlinkSync, writeSync } from 'node:fs';
import os from 'node:os';

const { zones, truthFile, factorFile, faultFile, recordFile } = JSON.parse(readFileSync(0, 'utf8'));
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

/** A tick that comes later than this is written down: the counters stood still that long without a fault. */
const lateMs = 4;
const faultFd = faultFile ? openSync(faultFile, 'r') : null;
const record = recordFile ? openSync(recordFile, 'a') : null;
const note = (line) => record !== null && writeSync(record, `${JSON.stringify(line)}\n`);
const faultBytes = Buffer.alloc(4096);
let [faultOffset, tickMs] = [0, 0];
const running = [];

const currentOf = (zone, seconds) => {
  const microjoules = Math.floor(zone.startMicrojoules + zone.shift + 2000 + joulesOf(zone, seconds) * 1e6);
  return ((microjoules % zone.rangeMicrojoules) + zone.rangeMicrojoules) % zone.rangeMicrojoules;
};
const joulesOf = (zone, seconds) => zone.watts * seconds + zone.busyWatts * busy;

/** How a file stops to show a counter, and shows it again. */
const hide = {
  freeze: () => undefined,
  garbage: (i) => writeSync(files[i], 'not a number\n\n\n\n', 0),
  empty: (i) => ftruncateSync(files[i], 0),
  gone: (i) => unlinkSync(zones[i].file),
  folder: (i) => (unlinkSync(zones[i].file), mkdirSync(zones[i].file)),
  locked: (i) => chmodSync(zones[i].file, 0),
};
function show(kind, i) {
  if (kind === 'locked') chmodSync(zones[i].file, 0o644);
  if (kind === 'folder') rmdirSync(zones[i].file);
  if (kind !== 'folder' && kind !== 'gone') return;
  closeSync(files[i]);
  files[i] = openSync(zones[i].file, 'w+');
}

function beginFaults() {
  const length = readSync(faultFd, faultBytes, 0, faultBytes.length, faultOffset);
  const whole = faultBytes.toString('utf8', 0, length);
  const end = whole.lastIndexOf('\n') + 1;
  faultOffset += end;
  for (const text of whole.slice(0, end).split('\n').filter(Boolean)) {
    const fault = JSON.parse(text);
    const fromMs = nowMs();
    const indexes = zones.flatMap(({ id }, i) => (fault.ids.includes(id) ? [i] : []));
    if (fault.kind === 'jump') {
      for (const i of indexes) {
        const seconds = (fromMs - startMs) / 1000;
        zones[i].shift +=
          fault.toMicrojoules === null ? fault.byMicrojoules : fault.toMicrojoules - currentOf(zones[i], seconds);
      }
      note({ ...fault, fromMs, toMs: nowMs() });
      continue;
    }
    for (const i of indexes) {
      zones[i].isHidden = true;
      hide[fault.kind](i);
    }
    running.push({ ...fault, indexes, fromMs });
    note({ ...fault, fromMs, toMs: null });
  }
}

function endFaults() {
  for (const fault of running.filter(({ fromMs, ms }) => nowMs() >= fromMs + ms)) {
    running.splice(running.indexOf(fault), 1);
    const { indexes, ...told } = fault;
    const toMs = nowMs();
    for (const i of indexes) {
      show(fault.kind, i);
      zones[i].isHidden = false;
      // What is lost is as if it had never been used.
      if (fault.isLost) zones[i].shift -= (zones[i].watts * (toMs - fault.fromMs) * 1e6) / 1000;
    }
    note({ ...told, toMs });
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4));
const startMs = nowMs();
const startBusy = busySeconds();
let busy = 0;
// Seconds weighted by the factor that another process sets.
let [factor, weighted, atMs] = [1, 0, startMs];
for (const zone of zones) zone.shift = 0;
for (let tick = 0; ; tick++) {
  if (record !== null) {
    const before = tickMs;
    tickMs = nowMs();
    if (before > 0 && tickMs - before > lateMs) note({ kind: 'late', fromMs: before, toMs: tickMs });
  }
  if (faultFd !== null) {
    if (running.length > 0) endFaults();
    if (tick % 5 === 0) beginFaults();
  }
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
    if (zone.isHidden) continue;
    const seconds = factorFile ? weighted : (nowMs() - startMs) / 1000;
    // No two zones use the same to the microjoule: a ripple of 2 mJ, each at a beat of its own.
    const ripple = 2000 * Math.sin((3 + i) * seconds);
    const microjoules = (currentOf(zone, seconds) + Math.floor(ripple) + zone.rangeMicrojoules) % zone.rangeMicrojoules;
    writeSync(files[i], `${String(microjoules).padEnd(15, '\n')}\n`, 0);
  }
  if (tick === 0) process.stdout.write('ready\n');
  if (tick % 1000 === 999 && process.ppid !== parent) break;
  Atomics.wait(pause, 0, 0, 1);
}
for (const fd of files) closeSync(fd);
