// Moves energy_uj files every 5 ms the way scripts do: `rename` writes beside the file and renames over it, `truncate`
// empties the file and writes it anew, `remove` deletes it first. Arguments: the way, then the files. Says `ready` and
// runs until it is killed or its parent is gone.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';

const [way, ...files] = process.argv.slice(2);
const parent = process.ppid;
try {
  // The tests are about rewriting, not about a machine that starves the script.
  os.setPriority(-15);
} catch {}
let microjoules = 1_000_000;

function rewrite(file, text) {
  if (way === 'remove') rmSync(file, { force: true });
  if (way !== 'rename') return writeFileSync(file, text);
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function tick() {
  microjoules += 500_000;
  for (const file of files) rewrite(file, `${microjoules}\n`);
  if (process.ppid !== parent) process.exit();
}

tick();
setInterval(tick, 5);
process.stdout.write('ready\n');
