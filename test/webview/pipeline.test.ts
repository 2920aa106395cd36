import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type FromPipelinePage,
  readFromPipelinePage,
  type ToPipelinePage,
} from '../../src/core/panel/protocol/pipelineMessages';
import type { PipelineProblem } from '../../src/core/pipeline/problem';
import type { PipelineView } from '../../src/core/pipeline/view';
import { chainOf, problemOf, viewOf, withMissing } from '../support/pipelineViews';
import { chromiumPath, launchChromium, openPanel, type Panel } from './harness/panelPage';
import type { ThemeName } from './harness/themes';

/** The built page of a pipeline in a real browser, under the policy that the host gives it, with a host that solves what is asked. */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const themeNames: ThemeName[] = ['dark', 'light', 'hc', 'hcLight'];
const file = 'file:///work/video.pipeline.yaml';
const longName = (word: string, i: number) => `${word}-${i + 1}-${'long'.repeat(14)}`.slice(0, 60);

describe.skipIf(!chromiumPath)('the page of a pipeline in Chromium', () => {
  let browser: Browser;
  let panel: Panel;
  beforeAll(async () => {
    mkdirSync('test/artefacts', { recursive: true });
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    const { errors } = panel;
    const violations = await panel.violations();
    await panel.page.context().close();
    expect(errors).toEqual([]);
    expect(violations).toEqual([]);
  });

  type Ask = Extract<FromPipelinePage, { type: 'ask' }>;
  const send = (message: ToPipelinePage) => panel.send(message);
  /** What the page has sent, by the host's own reader. */
  const received = async () => {
    const messages = (await panel.received()) as unknown[];
    return messages.map((message) => readFromPipelinePage(message) ?? { type: 'strange', message });
  };
  const asks = async () => (await received()).filter((message) => message.type === 'ask') as Ask[];
  const others = async () => (await received()).filter(({ type }) => type !== 'ask' && type !== 'ready');
  const text = (selector: string) => panel.page.locator(selector).innerText();
  const press = async (key: string, times: number) => {
    for (let i = 0; i < times; i++) await panel.page.keyboard.press(key);
  };

  async function open(
    problem: PipelineProblem | null,
    options: Parameters<typeof openPanel>[1] & { notes?: string[]; view?: PipelineView } = {},
  ): Promise<void> {
    const of = problem && { name: 'video', problem, notes: options.notes ?? [] };
    panel = await openPanel(browser, {
      bundle: 'pipeline',
      ...options,
      answer: (asked) => {
        const { id, asked: terms } = asked as Ask;
        return { type: 'view', id, view: viewOf(of!, terms) } satisfies ToPipelinePage;
      },
    });
    await send({ type: 'settings', strings: {}, file });
    if (of) await send({ type: 'view', id: null, view: options.view ?? viewOf(of) });
    await panel.settled();
  }

  const check = () =>
    panel.page.evaluate<string[]>(
      `axe.run(document).then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target + ' ' + n.failureSummary)))`,
    );
  const scrollWidth = () => panel.page.evaluate<number>('document.documentElement.scrollWidth');
  const shot = (name: string) => panel.page.screenshot({ path: `test/artefacts/pipeline-${name}.png`, fullPage: true });

  test('says that it waits until something has arrived, and asks nothing by itself', async () => {
    await open(null);
    expect(await text('#sentence')).toBe('Waiting for the solver');
    expect(await received()).toEqual([{ type: 'ready' }]);
    await shot('waiting');
    await send({ type: 'view', id: null, view: viewOf({ name: 'video', problem: problemOf() }) });
    await panel.settled();
    expect(await text('#sentence')).toMatch(/^yolov/);
    expect(await asks()).toEqual([]);
  });

  test('shows the answer in one sentence, as a strip, beside other ways, and what the next steps would do', async () => {
    const problem = problemOf();
    const view = viewOf({ name: 'video', problem });
    await open(problem, { notes: ['latencies are modelled between measured batches'] });
    const { answer } = view.answers[0]!;
    const [detect, classify] = answer.stages;
    expect(await text('h1')).toBe('video');
    expect(await text('#sentence')).toContain(
      `${detect!.variant} at batch ${detect!.batch} on ${detect!.replicas} replica`,
    );
    expect(await text('#sentence')).toContain(' of 900 ms, ');
    expect(await text('.verdict ul')).toBe('Latencies are modelled between measured batches.');
    const cards = await panel.page.locator('.stage').allInnerTexts();
    expect(cards[0]).toMatch(
      new RegExp(`^detect\\s+${detect!.variant}\\s+batch ${detect!.batch}\\s+\\d+ replicas? of \\d cores`),
    );
    expect(cards[1]).toContain(classify!.variant);
    const shares = cards.map((card) => [...card.matchAll(/· (\d+) %/g)].map(([, share]) => Number(share)));
    expect(shares[0]![0]! + shares[1]![0]!).toBeGreaterThanOrEqual(99);
    expect(shares[0]![1]! + shares[1]![1]!).toBeGreaterThanOrEqual(99);
    expect(await panel.page.locator('#ways tbody tr').count()).toBe(5);
    expect(await text('#ways')).toContain('Energy first');
    expect(await panel.page.locator('#steps tbody tr').count()).toBe(view.steps.length);
    expect(await text('#status')).toBe('Solved in 12.3 ms');
    const picture = await panel.page.evaluate<string>(`document.querySelector('#front-chart canvas').toDataURL()`);
    expect(picture.length).toBeGreaterThan(3000);
    await panel.page.locator('[data-key=copy]').click();
    await panel.page.locator('[data-key=open-file]').click();
    expect(await others()).toMatchObject([
      { type: 'copy', text: expect.stringMatching(/^video: yolov[\s\S]*- classify: resnet/) },
      { type: 'openFile' },
    ]);
  });

  test('asks by the keyboard what the sliders say, once a frame at most, and shows the last answer', async () => {
    await open(problemOf());
    const before = await text('#sentence');
    await panel.page.locator('#alpha').focus();
    expect(await panel.page.locator('#alpha').getAttribute('aria-valuetext')).toBe('30');
    await press('ArrowLeft', 30);
    await panel.page.keyboard.press('Home');
    await panel.settled();
    const sent = await asks();
    expect(sent.map(({ id }) => id)).toEqual(sent.map((_, i) => i + 1));
    expect(sent.length).toBeLessThanOrEqual(31);
    expect(sent.at(-1)!.asked).toMatchObject({
      weights: { alpha: 0, beta: 0.3, delta: 0.2 },
      slaSeconds: 0.9,
      load: 20,
    });
    expect(await panel.page.locator('#alpha').getAttribute('aria-valuetext')).toBe('0');
    expect(await text('#sentence')).not.toBe(before);
    expect(await text('#differs')).toBe('By your sliders, not by the file: α, weight of accuracy 0 instead of 30.');
    // Read out once it stands.
    await expect.poll(() => panel.page.locator('#announce').textContent()).toBe(await text('#sentence'));
    await panel.page.locator('[data-key=reset]').click();
    await panel.settled();
    expect(await text('#sentence')).toBe(before);
    expect(await panel.page.locator('#differs').count()).toBe(0);
    expect(await panel.page.locator('#alpha-number').inputValue()).toBe('30');
  });

  test('asks what is typed where that can be asked, and leaves nothing there that cannot', async () => {
    await open(problemOf());
    const number = panel.page.locator('#sla-number');
    await number.fill('1200');
    await panel.settled();
    expect((await asks()).at(-1)!.asked.slaSeconds).toBe(1.2);
    expect(await text('#sentence')).toContain(' of 1200 ms');
    expect(await panel.page.locator('#sla').getAttribute('aria-valuetext')).toBe('1200 ms');
    const count = (await asks()).length;
    await number.fill('-5');
    expect(await number.getAttribute('aria-invalid')).toBe('true');
    await number.fill('');
    await panel.page.locator('#load').focus();
    expect(await number.inputValue()).toBe('1200');
    expect(await number.getAttribute('aria-invalid')).toBe('false');
    await panel.settled();
    expect(await asks()).toHaveLength(count);
  });

  test('says that it solves only once that takes long; what is shown stays until the last answer comes', async () => {
    await open(problemOf());
    const sentence = await text('#sentence');
    const release = panel.holdAnswers();
    await panel.page.locator('#sla').focus();
    await press('ArrowLeft', 40);
    await expect.poll(() => text('#status')).toBe('Solving…');
    expect(await panel.page.locator('.verdict').getAttribute('aria-busy')).toBe('true');
    expect(await text('#sentence')).toBe(sentence);
    await shot('busy');
    release();
    await panel.settled();
    expect(await text('#status')).toMatch(/^Solved/);
    const { slaSeconds } = (await asks()).at(-1)!.asked;
    expect(await text('#sentence')).toContain(` of ${Number((1000 * slaSeconds).toPrecision(6))} ms`);
  });

  test('offers to start the solver again where an answer does not come', async () => {
    await open(problemOf());
    const release = panel.holdAnswers();
    await panel.page.locator('#load').focus();
    await panel.page.keyboard.press('ArrowRight');
    await panel.page.locator('#face-slow').waitFor({ timeout: 8000 });
    await panel.page.locator('[data-key=slow-restart]').click();
    expect(await others()).toEqual([{ type: 'restart' }]);
    release();
    await panel.settled();
    expect(await panel.page.locator('#face-slow').count()).toBe(0);
  });

  test('without a solution says what cannot be kept, and sets a slider to the nearest limit that can', async () => {
    await open(problemOf({ slaSeconds: 0.06 }));
    expect(await text('#sentence')).toBe('No choice keeps the latency limit of 60 ms.');
    expect(await text('#face-infeasible')).toContain('There is a solution with a latency limit of 8');
    expect(await panel.page.locator('#ways, #steps, #front-chart').filter({ visible: true }).count()).toBe(0);
    expect(await text('#status')).toBe('No solution');
    expect(await text('.stage >> nth=0')).toContain('3 variants · batch 1 to 16');
    await shot('infeasible');
    const button = panel.page.locator('[data-key=relax-sla]');
    expect(await button.innerText()).toMatch(/^Set the latency limit to \d+(\.\d+)? ms$/);
    await button.click();
    await panel.settled();
    expect(await panel.page.locator('#face-infeasible').count()).toBe(0);
    expect(await text('#sentence')).toContain('at batch 1 on');
    expect(await panel.page.locator('#sla').getAttribute('aria-valuetext')).toMatch(/^8\d(\.\d)? ms$/);
  });

  test('where a stage has a mistake that no measuring mends leads to the file alone', async () => {
    const problem = problemOf();
    const view = withMissing(
      viewOf({ name: 'video', problem }),
      1,
      'a.csv: line 1: without the columns cores',
      'wrong',
    );
    await open(problem, { view });
    expect(await text('#sentence')).toBe('No answer yet: something is wrong at classify.');
    expect(await panel.page.locator('[data-key=profile-1]').count()).toBe(0);
    await panel.page.locator('[data-key=show-1]').click();
    expect(await others()).toEqual([{ type: 'openFile', line: 7 }]);
  });

  test('where a stage has no profile says so on its card, with a button for it, and offers no sliders', async () => {
    const problem = problemOf();
    const message = 'no run measured resnet18: profile it, or name a table';
    await open(problem, { view: withMissing(viewOf({ name: 'video', problem }), 1, message) });
    expect(await text('#sentence')).toBe('No answer yet: classify has no profile.');
    expect(await text('.stage.missing')).toContain(message);
    expect(await panel.page.locator('#sliders').isVisible()).toBe(false);
    await shot('missing');
    await panel.page.locator('[data-key=profile-1]').click();
    await panel.page.locator('[data-key=show-1]').click();
    expect(await others()).toEqual([
      { type: 'profile', stage: 'classify' },
      { type: 'openFile', line: 7 },
    ]);
  });

  test('tells why there is no answer, that the solver is gone, and that it was started again', async () => {
    await open(problemOf());
    await send({ type: 'problem', text: 'load has to be above 0', isDead: false });
    await panel.settled();
    expect(await text('#face-problem')).toContain('load has to be above 0');
    expect(await panel.page.locator('[data-key=problem-restart]').count()).toBe(0);
    await send({ type: 'problem', text: 'SIGKILL', isDead: true });
    await panel.settled();
    expect(await text('#status')).toBe('Disconnected');
    await shot('dead');
    await panel.page.locator('[data-key=problem-restart]').click();
    expect(await others()).toEqual([{ type: 'restart' }]);
    await send({ type: 'restarted', text: 'The solver had ended (SIGKILL) and was started again.' });
    await send({ type: 'view', id: null, view: viewOf({ name: 'video', problem: problemOf() }) });
    await panel.settled();
    expect(await panel.page.locator('#face-problem').count()).toBe(0);
    expect(await text('#face-restarted')).toContain('SIGKILL');
    await panel.page.locator('[data-key=dismiss]').click();
    await panel.settled();
    expect(await panel.page.locator('.face').count()).toBe(0);
  });

  test('keeps what was moved over a reload, for its file alone, and asks it again', async () => {
    await open(problemOf());
    await panel.page.locator('#delta-number').fill('5');
    await panel.page.locator('#front-x').selectOption('cores');
    await panel.page.locator('[data-key=front-toggle]').click();
    await panel.page.waitForTimeout(400);
    const state = await panel.page.evaluate<Record<string, unknown>>('window.hostState');
    expect(state).toEqual({ file, moved: { delta: 5 }, axes: ['cores', 'accuracy'], tables: ['front'] });
    await panel.page.context().close();
    await open(problemOf(), { state });
    expect((await asks()).map(({ asked }) => [asked.weights.delta, asked.axes])).toEqual([[5, ['cores', 'accuracy']]]);
    expect(await text('#differs')).toContain('δ, weight of energy 5 per J/request instead of 0.2');
    expect(await panel.page.locator('#front-chart table').isVisible()).toBe(true);
    await panel.page.context().close();
    await open(problemOf(), { state: { ...state, file: 'file:///work/other.pipeline.yaml' } });
    expect(await asks()).toEqual([]);
    // The file has changed: what was moved stays moved, the rest follows.
    await panel.page.locator('#delta-number').fill('5');
    await panel.settled();
    await send({ type: 'view', id: null, view: viewOf({ name: 'video', problem: problemOf({ load: 25 }) }) });
    await panel.settled();
    expect((await asks()).at(-1)!.asked).toMatchObject({ weights: { delta: 5 }, load: 25 });
  });

  test('the front is over two objectives that differ; arrow keys walk it and read it out, T shows its table', async () => {
    await open(problemOf());
    await panel.page.locator('#front-x').selectOption('accuracy');
    await panel.settled();
    // The other axis has taken what this one had.
    expect((await asks()).at(-1)!.asked.axes).toEqual(['accuracy', 'joulesPerRequest']);
    expect(await panel.page.locator('#front-y').inputValue()).toBe('joulesPerRequest');
    await panel.page.locator('#front-chart .plot').focus();
    await panel.page.keyboard.press('ArrowRight');
    expect(await panel.page.locator('#announce').textContent()).toMatch(
      /^Point 1 of \d+ of the front, Front, yolov\S+ b\d+ ×\d+, resnet.* accuracy 0\.\d+, \d+ cores, .* ms, .* J\/request$/,
    );
    await press('ArrowDown', 2);
    expect(await panel.page.locator('#announce').textContent()).toMatch(/^As asked, /);
    await panel.page.keyboard.press('t');
    expect(await panel.page.locator('#front-chart table').isVisible()).toBe(true);
    for (const format of ['csv', 'svg', 'png']) await panel.page.locator(`[data-key=front-${format}]`).click();
    const saved = (await others()) as Extract<FromPipelinePage, { type: 'saveChart' }>[];
    expect(saved.map(({ name }) => name)).toEqual(['video-front.csv', 'video-front.svg', 'video-front.png']);
    expect(saved[1]!.content).toMatch(/^<svg [\s\S]*Energy first[\s\S]*<\/svg>$/);
  });

  test.each(themeNames)('axe finds nothing at 1, 3 and 9 stages, nor in any other state, in %s', async (theme) => {
    await open(chainOf(3), { theme, notes: ['stage-2: energy is gross, so no idle power is charged'] });
    await panel.page.evaluate(axe);
    for (const stages of [3, 1, 9]) {
      const problem = chainOf(stages);
      await send({ type: 'view', id: null, view: viewOf({ name: `chain of ${stages}`, problem }) });
      await panel.settled();
      expect(await panel.page.locator('.stage').count()).toBe(stages);
      await shot(`${theme}-${stages}`);
      await panel.page.evaluate(`document.querySelectorAll('details').forEach((d) => (d.open = true))`);
      expect(await check(), `${stages} stages`).toEqual([]);
    }
    await panel.page.locator('[data-key=front-toggle]').click();
    await panel.settled();
    expect(await check(), 'tables').toEqual([]);
    const problem = problemOf({ slaSeconds: 0.05 });
    await send({ type: 'view', id: null, view: viewOf({ name: 'none', problem }) });
    await send({ type: 'problem', text: 'SIGKILL', isDead: true });
    await panel.settled();
    expect(await check(), 'no solution, no solver').toEqual([]);
    await send({ type: 'view', id: null, view: withMissing(viewOf({ name: 'none', problem }), 0, 'no run') });
    await panel.settled();
    expect(await check(), 'no profile').toEqual([]);
  });

  test('reflows from 300 pixels on, with long names: nothing but tables scrolls sideways', async () => {
    for (const [width, stages] of [
      [300, 9],
      [340, 2],
      [380, 3],
      [700, 9],
    ] as const) {
      await open(chainOf(stages, longName), { width });
      expect(await scrollWidth(), `${stages} stages`).toBeLessThanOrEqual(width);
      await shot(`narrow-${width}`);
      await send({
        type: 'view',
        id: null,
        view: viewOf({ name: longName('x', 1), problem: problemOf({ slaSeconds: 0.05 }) }),
      });
      await panel.settled();
      expect(await scrollWidth(), 'no solution').toBeLessThanOrEqual(width);
      if (width !== 700) await panel.page.context().close();
    }
  });

  test('moves nothing by itself where less motion is asked for', async () => {
    await open(problemOf(), { reducedMotion: true });
    const moving = await panel.page.evaluate<string[]>(
      `document.getAnimations().filter((a) => a.playState === 'running').map((a) => String(a.animationName ?? a.transitionProperty))`,
    );
    expect(moving).toEqual([]);
  });

  test('a theme that changes recolours the chart', async () => {
    await open(problemOf());
    const picture = () => panel.page.evaluate<string>(`document.querySelector('#front-chart canvas').toDataURL()`);
    const before = await picture();
    await panel.setTheme('light');
    expect(await picture()).not.toBe(before);
  });

  test('whatever names a pipeline has, nothing throws and nothing becomes markup', async () => {
    const hostile = (word: string, i: number) => `<b>${word}</b> ${i} [x](command:a.b) \u202egnp`;
    const problem = chainOf(3, hostile);
    const view = viewOf({ name: '<img src=x onerror=alert(1)>', problem, notes: ['<i>note</i>'] });
    await open(problem, { view });
    expect(await text('h1')).toBe('<img src=x onerror=alert(1)>');
    expect(await text('.stage >> nth=0')).toContain('<b>stage</b>');
    expect(await panel.page.locator('img, b, i, script:not([nonce])').count()).toBe(0);
    const shown = await panel.page.evaluate<string>('document.body.textContent');
    expect(shown).not.toMatch(/\u202e|\]\(/);
    await send({ type: 'view', id: null, view: withMissing(view, 0, '<u>no</u> profile') });
    await panel.settled();
    expect(await text('.stage.missing')).toContain('<u>no</u> profile');
    await panel.page.locator('[data-key=profile-0]').click();
    expect(await others()).toMatchObject([{ type: 'profile', stage: view.stages[0]!.name }]);
  });

  test('is in the language that the host has texts for', async () => {
    await open(null);
    await send({ type: 'settings', strings: { 'Waiting for the solver': 'Warten auf den Löser' }, file });
    await panel.settled();
    expect(await text('#sentence')).toBe('Warten auf den Löser');
  });
});
