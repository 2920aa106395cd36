import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findServer, startServer, workbenchUrl } from '../test/support/vscodeServer';

/** Opens the extension as it lies here, over a copy of the example that keeps its runs until the next start. */
export async function openExample(): Promise<void> {
  const workspace = join(tmpdir(), 'greenbatch-example');
  mkdirSync(join(workspace, '.greenbatch'), { recursive: true });
  cpSync('media/example', workspace, { recursive: true });
  const desktop = spawnSync('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' });
  if (desktop.status === 0) return openDesktop(workspace);
  await serve(workspace);
}

function openDesktop(workspace: string): void {
  console.log(`Opening VS Code with ${workspace}`);
  spawnSync('code', [`--extensionDevelopmentPath=${resolve('.')}`, workspace], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}

async function serve(workspace: string): Promise<void> {
  const program = findServer();
  if ('reason' in program) {
    console.error(`No "code" on the PATH, and ${program.reason}.`);
    console.error('Install VS Code (its installer offers to add "code" to the PATH), then run this again.');
    process.exitCode = 1;
    return;
  }
  const data = mkdtempSync(join(tmpdir(), 'greenbatch-vscode-'));
  // An extension that lies unpacked in the extensions folder is an installed one.
  mkdirSync(join(data, 'extensions'));
  symlinkSync(resolve('.'), join(data, 'extensions', 'greenbatch'));
  const server = await startServer(program, data, { args: ['--disable-workspace-trust'] });
  console.log(`\nVS Code with the example: ${workbenchUrl(server, workspace)}`);
  console.log('Open it in a browser on this machine (from another one: forward the port with ssh -L). Ctrl-C ends it;');
  console.log('a measurement that goes on is not ended by that.');
  await new Promise<void>((ended) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => ended());
  });
  await server.stop();
  rmSync(data, { recursive: true, force: true });
}
