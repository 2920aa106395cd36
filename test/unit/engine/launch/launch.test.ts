import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { launchEngine } from '../../../../src/engine/launch/launch';
import { engineLogFile } from '../../../../src/runs/store/folders';
import { isRunning, signalProgram } from '../../../../src/machine/processIdentity';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-launch-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts a program as the engine of a run in a folder with a space and a quotation mark in its name. */
async function launch(text: string) {
  const run = mkdtempSync(join(folder, "a run's "));
  const script = join(run, 'engine.cjs');
  writeFileSync(script, text);
  const identity = await launchEngine({ node: process.execPath, script }, run);
  return { run, identity, log: () => readFileSync(engineLogFile(run), 'utf8') };
}
const appears = (file: string) => vi.waitFor(() => expect(existsSync(file)).toBe(true), 20_000);

it('starts the engine with its folder, and keeps what it prints', async () => {
  const { run, log } = await launch(`
    console.log('out', process.argv.slice(2).join('|'), process.env.ORT_DISABLE_TELEMETRY);
    console.error('err');
    require('node:fs').writeFileSync(process.argv[3] + '/done', '');`);
  await appears(join(run, 'done'));
  expect(log()).toBe(`out engine|${run} 1\nerr\n`);
});

it.skipIf(process.platform !== 'linux')(
  'belongs to nobody: no parent of ours, a session of its own, nothing to read',
  async () => {
    const { run, identity } = await launch(`
    const fs = require('node:fs');
    fs.writeFileSync(process.argv[3] + '/stdin', String(fs.readFileSync(0).length));
    setInterval(() => {}, 1000);`);
    await appears(join(run, 'stdin'));
    try {
      expect(isRunning(identity)).toBe(true);
      const statOf = (pid: number | string) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      const [, parent, , session] = statOf(identity.pid);
      const [, , , ownSession] = statOf('self');
      expect(Number(parent)).not.toBe(process.pid);
      expect(session).not.toBe(ownSession);
      // Its shell has ended: nobody who ends a tree of processes finds it.
      await vi.waitFor(() => expect(existsSync(`/proc/${session}`)).toBe(false));
      expect(readFileSync(join(run, 'stdin'), 'utf8')).toBe('0');
    } finally {
      signalProgram(identity, 'engine', run, 'SIGKILL');
    }
  },
);

it('leaves in the log why a program could not be started', async () => {
  const run = mkdtempSync(join(folder, 'none '));
  await launchEngine({ node: join(run, 'no-node'), script: 'engine.cjs' }, run);
  await vi.waitFor(() => expect(readFileSync(engineLogFile(run), 'utf8')).toContain('no-node'), 20_000);
});
