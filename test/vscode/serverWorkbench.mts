import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium, findServer, type ServerVersion, startServer, workbenchUrl } from '../support/vscodeServer';

/**
 * Opens a folder in a VS Code server, as over Remote-SSH: the extension and its tests run in the remote extension host,
 * the workbench is drawn by a browser. GREENBATCH_CODE_SERVER names the version.
 *
 * @param flags `--extensionDevelopmentPath=…`, `--extensionTestsPath=…`, and the folder
 * @returns the exit code of the tests
 */
async function runInServer(flags: string[]): Promise<number> {
  const value = (name: string) => flags.find((flag) => flag.startsWith(`--${name}=`))?.slice(name.length + 3);
  const workspace = flags.find((flag) => !flag.startsWith('-'));
  const extension = value('extensionDevelopmentPath');
  const tests = value('extensionTestsPath');
  if (!workspace || !extension || !tests) throw new Error('name a folder, an extension and its tests');
  const program = findServer(process.env.GREENBATCH_CODE_SERVER as ServerVersion | undefined);
  const executablePath = findChromium();
  if ('reason' in program) throw new Error(program.reason);
  if (executablePath === null) throw new Error('no Chromium to draw the workbench with');

  const phase = process.env.GREENBATCH_TEST_PHASE;
  // @vscode/test-electron always switches workspace trust off; one session is about having it.
  const untrusted = phase === 'untrusted';
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-server-'));
  const server = await startServer(program, folder, {
    args: ['--enable-smoke-test-driver', ...(untrusted ? [] : ['--disable-workspace-trust'])],
    settings: untrusted ? { 'security.workspace.trust.startupPrompt': 'never' } : {},
  });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const log: string[] = [];
    page.on('console', (message) => log.push(message.text()));
    const ended = new Promise<number | null>((done) => {
      // What the workbench calls on window in a test run.
      void page.exposeFunction('codeAutomationExit', (code: number) => done(code));
      void page.exposeFunction('codeAutomationLog', () => undefined);
      setTimeout(() => done(null), 240_000).unref();
    });
    const remote = (path: string) => `vscode-remote://${server.host}${resolve(path)}`;
    await page.goto(
      workbenchUrl(server, workspace, [
        ['extensionDevelopmentPath', remote(extension)],
        ['extensionTestsPath', remote(tests)],
        ['skipWelcome', 'true'],
      ]),
    );
    const code = await ended;
    await page.screenshot({ path: resolve(`test/artefacts/vscode-${phase}.png`) }).catch(() => undefined);
    if (code === null) console.error(`not ended within 4 minutes:\n${log.slice(-15).join('\n')}`);
    return code ?? 1;
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await runInServer(process.argv.slice(2));
