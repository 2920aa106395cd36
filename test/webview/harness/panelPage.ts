import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { type Browser, chromium, type Page } from 'playwright-core';
import { judgeRun } from '../../../src/core/analysis/verdict/judgeRun';
import { chosenTerms } from '../../../src/core/panel/protocol/chosenTerms';
import { judgedResults } from '../../../src/core/panel/protocol/judgedResults';
import type { FromPanel, PanelRun, ToPanel } from '../../../src/core/panel/protocol/messages';
import { panelHtml } from '../../../src/core/panel/page/page';
import { findChromium } from '../../support/vscodeServer';
import { type ThemeName, themes } from './themes';

/** The built page in Chromium under the document and policy that the host gives it, with a host that records, and judges what it was told to send. */

export const chromiumPath = findChromium();
const origin = 'http://panel.test';

export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath!,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Recorded in the page by the host that stands in for VS Code's. */
type Recorded = {
  hostMessages: FromPanel[];
  hostState: unknown;
  apiCalls: number;
  violations: string[];
  /** Questions without an answer, and answers so far. */
  asking: number;
  answers: number;
  answer: (asked: unknown) => Promise<unknown>;
  setTheme: (bodyClass: string, variables: Record<string, string>) => void;
  acquireVsCodeApi: () => unknown;
};

export type Panel = {
  page: Page;
  /** What threw, and what the console called an error. */
  errors: string[];
  send(message: ToPanel | unknown): Promise<void>;
  /** Of what the page is sent in another way: it is judged by that. */
  sees(message: ToPanel): void;
  received(): Promise<FromPanel[]>;
  violations(): Promise<string[]>;
  setTheme(name: ThemeName): Promise<void>;
  /** Answers no question until what is returned is called. */
  holdAnswers(): () => void;
  /** After two frames, what they had to do, and the answers to what they asked. */
  settled(): Promise<void>;
};

type PanelOptions = {
  theme?: ThemeName;
  width?: number;
  height?: number;
  state?: unknown;
  reducedMotion?: boolean;
  before?: string;
  /** Which page: dist/`bundle`.js under dist/`bundle`.css. */
  bundle?: 'webview' | 'pipeline';
  /** The host's answer to a question; by default it judges the run that it was told to send. */
  answer?: (asked: unknown) => unknown;
};

export async function openPanel(browser: Browser, options: PanelOptions = {}): Promise<Panel> {
  const { theme = 'dark', width = 1200, height = 900, bundle = 'webview' } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.route(`${origin}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') {
      const body = panelHtml({
        nonce: randomUUID(),
        scriptUri: `${origin}/${bundle}.js`,
        styleUri: `${origin}/${bundle}.css`,
        cspSource: origin,
        title: 'Energy profile',
        language: 'en',
      });
      return route.fulfill({ contentType: 'text/html', body });
    }
    if (pathname === `/${bundle}.js` || pathname === `/${bundle}.css`) {
      const contentType = pathname.endsWith('.js') ? 'text/javascript' : 'text/css';
      return route.fulfill({ contentType, body: readFileSync(`dist${pathname}`, 'utf8') });
    }
    return route.fulfill({ status: 204 });
  });
  let shown: PanelRun | null = null;
  let held: Promise<void> | null = null;
  const judged = ({ id, terms }: Extract<FromPanel, { type: 'judge' }>): ToPanel => {
    const judgement = judgeRun(judgedResults(shown!), chosenTerms(shown!.terms, terms));
    return { type: 'judgement', id, judgement };
  };
  await page.exposeFunction('answer', async (asked: Extract<FromPanel, { type: 'judge' }>) => {
    const answer = (options.answer ?? judged)(asked);
    await held;
    return answer;
  });
  const sees = (message: ToPanel) => {
    if (message.type === 'run') shown = message.run;
    if (message.type === 'change') shown = { ...shown!, ...(message.change as Partial<PanelRun>) };
  };
  // Functions for the page are given as text: what a bundler adds to a function does not exist there.
  await page.addInitScript(`(${hostScript})(${JSON.stringify({ ...themes[theme], state: options.state ?? null })})`);
  if (options.before) await page.addInitScript(options.before);
  await page.goto(`${origin}/`);
  const recorded = <K extends keyof Recorded>(key: K) =>
    page.evaluate((k) => (globalThis as unknown as Recorded)[k as 'hostMessages'], key) as unknown as Promise<
      Recorded[K]
    >;
  return {
    page,
    errors,
    sees,
    send(message) {
      sees(message as ToPanel);
      return sendTo(page, message);
    },
    holdAnswers() {
      let release = () => {};
      held = new Promise((done) => (release = done));
      return () => {
        held = null;
        release();
      };
    },
    received: () => recorded('hostMessages'),
    violations: () => recorded('violations'),
    async setTheme(name) {
      const { bodyClass, variables } = themes[name];
      await page.evaluate(
        ([c, v]) => (globalThis as unknown as Recorded).setTheme(c as string, v as Record<string, string>),
        [bodyClass, variables] as const,
      );
      await settle(page);
    },
    settled: () => settle(page),
  };
}

/** ArrayBuffers do not cross to the page as they are: they go as base64. */
async function sendTo(page: Page, message: unknown): Promise<void> {
  const text = JSON.stringify(message, (_, value: unknown) =>
    value instanceof ArrayBuffer ? { base64: Buffer.from(value).toString('base64') } : value,
  );
  await page.evaluate(
    `window.postMessage(JSON.parse(${JSON.stringify(text)}, (k, v) => v && typeof v === 'object' && typeof v.base64 === 'string' ? Uint8Array.from(atob(v.base64), (c) => c.charCodeAt(0)).buffer : v), '*')`,
  );
}

async function settle(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    for (let before = -1; before !== window.answers || window.asking > 0; ) {
      before = window.answers;
      await new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))), 150));
    }
  })()`);
}

const hostScript = `function ({ bodyClass, variables, state }) {
  window.hostMessages = [];
  window.hostState = state;
  window.apiCalls = 0;
  window.violations = [];
  window.asking = 0;
  window.answers = 0;
  window.acquireVsCodeApi = function () {
    window.apiCalls++;
    if (window.apiCalls > 1) throw new Error('acquireVsCodeApi was called twice');
    return {
      postMessage: function (message) {
        window.hostMessages.push(structuredClone(message));
        if (message.type !== 'judge' && message.type !== 'ask') return;
        window.asking++;
        window.answer(message).then(function (answer) {
          window.asking--;
          window.answers++;
          window.postMessage(answer, '*');
        });
      },
      getState: function () { return window.hostState; },
      setState: function (value) { window.hostState = structuredClone(value); },
    };
  };
  window.setTheme = function (bodyClass, variables) {
    const root = document.documentElement;
    root.removeAttribute('style');
    for (const name of Object.keys(variables)) root.style.setProperty('--vscode-' + name, variables[name]);
    document.body.className = bodyClass;
    document.body.dataset.vscodeThemeKind = bodyClass;
  };
  document.addEventListener('securitypolicyviolation', function (event) {
    window.violations.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample);
  });
  new MutationObserver(function (_, observer) {
    if (!document.body) return;
    observer.disconnect();
    window.setTheme(bodyClass, variables);
  }).observe(document, { childList: true, subtree: true });
}`;
