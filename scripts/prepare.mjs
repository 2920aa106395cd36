// What a fresh clone lacks: the packages of package-lock.json and the bundle. Both are skipped when they are there already.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Runs a command with our terminal; ends this program when it fails. */
export function run(command, args, env = {}) {
  const result = spawnSync(command, args, {
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/**
 * Runs programs of Node.js beside each other, as many at a time as there are CPUs; what one says is shown when it has ended.
 * Ends this program when one of them failed.
 */
export async function runBeside(programs) {
  const waiting = [...programs];
  let failed = false;
  const work = async () => {
    for (let args = waiting.shift(); args; args = waiting.shift()) {
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      const said = [];
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => said.push(bytes));
      const code = await new Promise((done) => child.once('close', done));
      if (code !== 0) failed = true;
      process.stdout.write(Buffer.concat(said));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  if (failed) process.exit(1);
}

function packagesInstalled() {
  if (!existsSync('node_modules/.package-lock.json')) return false;
  const wanted = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
  const present = JSON.parse(readFileSync('node_modules/.package-lock.json', 'utf8')).packages;
  // Optional packages of other platforms are wanted but not present.
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || present[path]?.version === version || (optional && !present[path]),
  );
}

export function prepare() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const floor = { 20: 19, 22: 13 }[major] ?? 0;
  if (major < 20 || major === 21 || major === 23 || minor < floor) {
    console.error(`Greenbatch needs Node.js 20.19, 22.13, 24 or later; this is ${process.version}`);
    process.exit(1);
  }
  if (!packagesInstalled()) {
    console.log('Installing packages (once) …');
    // onnxruntime-node would fetch CUDA libraries: not wanted here. npm 11 learns it from package.json, older ones from this.
    run('npm', ['ci', '--no-audit', '--no-fund'], { ONNXRUNTIME_NODE_INSTALL: 'skip' });
  }
  run(process.execPath, ['scripts/bundle.mjs']);
}
