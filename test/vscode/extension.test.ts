import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, findServer, startServer, workbenchUrl } from '../support/vscodeServer';
import { listRunFolders } from '../../src/runs/runFolder';
import { type Outcome, type Phase, scenarios } from './scenarios';

/**
 * The extension inside a real VS Code: its server's remote extension host, as over Remote-SSH, with the workbench drawn
 * by a browser. Each phase is a server of its own over the same workspace, so the second one meets a run whose starter
 * is dead.
 */
const server = findServer();
const browser = findChromium();
const missing = 'reason' in server ? server.reason : browser === null ? 'no Chromium to draw the workbench with' : null;
if (missing) console.log(`tests inside VS Code are skipped: ${missing}`);

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-vscode-'));
const workspace = join(folder, 'workspace');
const suite = join(folder, 'suite.cjs');
const phases = Object.keys(scenarios) as Phase[];
const outcomes: Partial<Record<Phase, Outcome[]>> = {};

beforeAll(async () => {
  if ('reason' in server || browser === null) return;
  mkdirSync(workspace);
  await build({
    entryPoints: ['test/vscode/suite.ts'],
    outfile: suite,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
  });
  for (const phase of phases) outcomes[phase] = await runPhase(phase, server, browser);
}, 600_000);
afterAll(() => {
  // A phase that failed may have left its run going.
  for (const run of listRunFolders(workspace)) spawnSync(process.execPath, ['dist/cli.js', 'stop', run]);
  rmSync(folder, { recursive: true, force: true });
});

async function runPhase(phase: Phase, program: { node: string; main: string }, executablePath: string) {
  const results = join(folder, `${phase}.json`);
  const untrusted = phase === 'untrusted';
  const running = await startServer(program, join(folder, phase), {
    args: ['--enable-smoke-test-driver', ...(untrusted ? [] : ['--disable-workspace-trust'])],
    settings: untrusted ? { 'security.workspace.trust.startupPrompt': 'never' } : {},
    env: {
      GREENBATCH_TEST_PHASE: phase,
      GREENBATCH_TEST_RESULTS: results,
      GREENBATCH_CACHE: join(tmpdir(), 'greenbatch-test-cache'),
      GREENBATCH_LOCK: `greenbatch-vscode-${process.pid}`,
    },
  });
  const opened = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await opened.newPage({ viewport: { width: 1400, height: 900 } });
    const log: string[] = [];
    page.on('console', (message) => log.push(message.text()));
    const ended = new Promise<string>((done) => {
      // What the workbench calls on window in a test run.
      void page.exposeFunction('codeAutomationExit', (code: number) => done(`exit code ${code}`));
      void page.exposeFunction('codeAutomationLog', () => undefined);
      setTimeout(() => done('not ended within 4 minutes'), 240_000).unref();
    });
    const remote = (path: string) => `vscode-remote://${running.host}${path}`;
    await page.goto(
      workbenchUrl(running, workspace, [
        ['extensionDevelopmentPath', remote(resolve('.'))],
        ['extensionTestsPath', remote(suite)],
        ['skipWelcome', 'true'],
      ]),
    );
    const how = await ended;
    await page.screenshot({ path: resolve(`test/artefacts/vscode-${phase}.png`) }).catch(() => undefined);
    try {
      return JSON.parse(readFileSync(results, 'utf8')) as Outcome[];
    } catch {
      throw new Error(`the suite wrote no results (${how}):\n${log.slice(-15).join('\n')}`);
    }
  } finally {
    await opened.close();
    await running.stop();
  }
}

describe.skipIf(missing !== null).each(phases)('in VS Code, %s session', (phase) => {
  it.each(scenarios[phase])('%s', (title) => {
    const outcome = outcomes[phase]?.find((o) => o.title === title);
    if (outcome?.note) console.log(`${title}: ${outcome.note}`);
    expect(outcome, 'was not reached').toBeDefined();
    expect(outcome?.error).toBeNull();
  });
});
