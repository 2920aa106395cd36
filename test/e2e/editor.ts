import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';
import { type BrowserContext, chromium, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { inject, type TestContext } from 'vitest';
import { listRunFolders } from '../../src/runs/store/runFolder';
import { type ServerOptions, startServer, workbenchUrl } from '../support/vscodeServer';

/** A person at a VS Code window with the packaged extension: what they press, what they see. */
export type Editor = {
  page: Page;
  workspace: string;
  /** The page of the panel in front. */
  panel: FrameLocator;
  open(): Promise<void>;
  /** Runs a command from the palette, by keyboard. */
  palette(title: string): Promise<void>;
  /** Chooses in the quick pick that is open, whose title has this text, by typing and Enter. */
  pick(title: string, choice: string): Promise<void>;
  /** Answers the input box that is open; null: as suggested. */
  answer(title: string, text: string | null): Promise<void>;
  /** What the save dialog that is open is answered with: a path on the server. */
  saveAs(path: string): Promise<void>;
  toast(text: string | RegExp): Locator;
  dialog(text: string): Locator;
  lens(text: string | RegExp): Locator;
  /** Clicks *Profile Energy* above the file in front until there is this sign of it: a lens that is drawn anew swallows a click. */
  profileFromLens(sign: Locator): Promise<void>;
  openFile(name: string): Promise<void>;
  shot(name: string): Promise<void>;
  /** A picture of the window when a test failed. */
  shotOfFailure(context: TestContext): Promise<void>;
  use(settings: object): void;
  /** Writes what is in the clipboard. */
  clipboard(): Promise<string>;
  close(): Promise<void>;
};

export const viewport = { width: 1500, height: 950 };

export type EditorOptions = ServerOptions & { workspace?: string };

/** Starts a server and a browser of their own; nothing is open yet. */
export async function startEditor({ workspace, env, ...options }: EditorOptions = {}): Promise<Editor> {
  const { node, main, chromium: executablePath, extensions } = inject('e2e');
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-window-'));
  const place = workspace ?? join(folder, 'detector');
  mkdirSync(place, { recursive: true });
  const server = await startServer({ node, main }, join(folder, 'server'), {
    ...options,
    extensionsFolder: extensions,
    env: {
      GREENBATCH_CACHE: join(tmpdir(), 'greenbatch-test-cache'),
      GREENBATCH_LOCK: `greenbatch-e2e-${process.pid}-${Math.random()}`,
      ...env,
    },
  });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
  const context: BrowserContext = await browser.newContext({
    viewport,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const quick = page.locator('.quick-input-widget:visible');
  const titled = async (title: string) => {
    await quick.getByText(title).or(quick.getByPlaceholder(title)).first().waitFor({ timeout: 30_000 });
    await page.waitForTimeout(150);
  };
  return {
    page,
    workspace: place,
    panel: page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame'),
    async open() {
      await page.goto(workbenchUrl(server, place, [['skipWelcome', 'true']]));
      await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 90_000 });
    },
    async palette(title) {
      // The palette does not look again for commands that were registered after it had been opened.
      for (const end = Date.now() + 60_000; ;) {
        await page.keyboard.press('F1');
        await quick.locator('input').waitFor();
        await page.keyboard.type(title);
        const row = quick.locator('.monaco-list-row.focused', { hasText: title });
        const found = await row.waitFor({ timeout: 3000 }).then(
          () => true,
          () => false,
        );
        if (found) return page.keyboard.press('Enter');
        if (Date.now() > end) throw new Error(`the palette has no ${title}`);
        await page.keyboard.press('Escape');
      }
    },
    async pick(title, choice) {
      await titled(title);
      await page.keyboard.type(choice);
      await quick.locator('.monaco-list-row.focused', { hasText: choice }).waitFor({ timeout: 30_000 });
      await page.keyboard.press('Enter');
    },
    async answer(title, text) {
      await titled(title);
      if (text !== null) {
        await page.keyboard.press('Control+A');
        await page.keyboard.type(text);
      }
      await page.keyboard.press('Enter');
    },
    async saveAs(path) {
      await quick.locator('input').first().waitFor({ timeout: 30_000 });
      await page.waitForTimeout(500);
      await page.keyboard.press('Control+A');
      await page.keyboard.type(path);
      // While the dialog still reads the folder it does not listen.
      for (let i = 0; i < 20 && (await quick.isVisible()); i++) {
        await page.waitForTimeout(700);
        await page.keyboard.press('Enter');
        await page.waitForTimeout(300);
      }
      await quick.waitFor({ state: 'hidden' });
    },
    toast: (text) => page.locator('.notification-list-item', { hasText: text }),
    dialog: (text) => page.locator('.monaco-dialog-box', { hasText: text }),
    lens: (text) => page.locator('.codelens-decoration').locator('a, span').filter({ hasText: text }).last(),
    async profileFromLens(sign) {
      const lens = page.locator('.codelens-decoration').locator('a').filter({ hasText: 'Profile Energy' }).last();
      // Its neighbour is resolved later, and both are then drawn anew.
      await page.locator('.codelens-decoration').filter({ hasText: '|' }).last().waitFor({ timeout: 60_000 });
      for (let tries = 1; ; tries++) {
        await page.waitForTimeout(500);
        await lens.click();
        const seen = sign.first().waitFor({ timeout: 30_000 });
        if (tries === 3) return seen;
        if (
          await seen.then(
            () => true,
            () => false,
          )
        )
          return;
      }
    },
    async openFile(name) {
      // A panel that has the keyboard takes it back now and then, and the list closes.
      for (const end = Date.now() + 60_000; ;) {
        await page.keyboard.press('Control+P');
        const input = quick.locator('input:not([type=checkbox])').first();
        const row = quick.locator('.monaco-list-row.focused', { hasText: name });
        const found = await input
          .fill(name, { timeout: 3000 })
          .then(() => row.waitFor({ timeout: 5000 }))
          .then(
            () => true,
            () => false,
          );
        if (found) return page.keyboard.press('Enter');
        if (Date.now() > end) throw new Error(`the list of files has no ${name}`);
        await page.keyboard.press('Escape');
      }
    },
    async shot(name) {
      await page.screenshot({ path: resolve(`test/artefacts/e2e-${name}.png`) });
    },
    async shotOfFailure({ task }) {
      if (task.result?.state !== 'fail') return;
      const name = task.name.replace(/\W+/g, '-').slice(0, 60);
      await page.screenshot({ path: resolve(`test/artefacts/e2e-FAILED-${name}.png`) });
    },
    use: server.use,
    clipboard: () => page.evaluate<string>('navigator.clipboard.readText()'),
    async close() {
      await browser.close();
      await server.stop();
      // A test that failed may have left its run going.
      for (const run of listRunFolders(place)) spawnSync(process.execPath, ['dist/cli.js', 'stop', run]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
