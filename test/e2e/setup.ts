import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findChromium, findServer, installVsix } from '../support/vscodeServer';

/** What every file of these tests starts from. */
export type E2e = {
  /** Why there is nothing to test with here; null: there is. */
  missing: string | null;
  node: string;
  main: string;
  chromium: string;
  vsix: string;
  /** Extensions folder with the package in it, installed by the server's own command line. */
  extensions: string;
};

declare module 'vitest' {
  export interface ProvidedContext {
    e2e: E2e;
  }
}

/** Packs the extension and installs it, once for all files; vitest calls it, and what it returns at the end. */
export function setup(project: TestProject): (() => void) | undefined {
  // Left by the other project of them.
  const made = process.env.GREENBATCH_E2E;
  if (made) {
    project.provide('e2e', JSON.parse(made) as E2e);
    return undefined;
  }
  const server = findServer();
  const chromium = findChromium();
  const missing =
    'reason' in server ? server.reason : chromium === null ? 'no Chromium to draw the workbench with' : null;
  if ('reason' in server || chromium === null) {
    console.log(`tests of the UI from end to end are skipped: ${missing}`);
    project.provide('e2e', { missing, node: '', main: '', chromium: '', vsix: '', extensions: '' });
    return undefined;
  }
  execFileSync(process.execPath, ['scripts/package.mjs', 'linux-x64'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const vsix = resolve(`greenbatch-${version}-linux-x64.vsix`);
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-e2e-'));
  const extensions = join(folder, 'extensions');
  installVsix(server, vsix, extensions, join(folder, 'cli'));
  const e2e: E2e = { missing, ...server, chromium, vsix, extensions };
  project.provide('e2e', e2e);
  process.env.GREENBATCH_E2E = JSON.stringify(e2e);
  return () => {
    delete process.env.GREENBATCH_E2E;
    rmSync(folder, { recursive: true, force: true });
  };
}
