import { sourceLabel } from '../../src/core/energy/sourceLabel';
import { wattsNow } from '../../src/core/panel/series/timeline';
import { blocksText } from '../../src/core/report/blocksText';
import { isResumable } from '../../src/core/run/failureOfRun';
import { describeJoules, describeNumber, describeSeconds } from '../../src/core/words/units';
import { h, redraw, setText, setLabel } from '../page/dom';
import { command, isSaved } from '../page/link';
import { isRunning, type Page } from '../page/page';
import { button } from '../page/toolkit';
import { drawnText, t } from '../strings/strings';

/** Always in view: how far the run is, where its joules come from, and Stop or Resume. */
export function createHeader() {
  const title = h('h1');
  const machine = h('span', { class: 'faint' });
  const badge = h('span', { class: 'badge', id: 'source' });
  const status = h('span', { class: 'status', id: 'status' });
  const blocks = h('span', { class: 'faint', id: 'blocks' });
  const doing = h('span', { id: 'doing' });
  const bar = h('progress', { 'aria-label': t('Progress') });
  const left = h('span', { id: 'left' });
  const watts = h('span', { class: 'figure', id: 'watts' });
  const joules = h('span', { class: 'figure', id: 'joules' });
  const actions = h('span', { class: 'actions' });
  const element = h(
    'header',
    {},
    h('div', { class: 'row' }, h('div', { class: 'names' }, title, machine), badge),
    h('div', { class: 'row' }, h('div', { class: 'doing' }, status, blocks, doing, bar, left), watts, joules, actions),
  );

  /** All but the watts. */
  function show(page: Page): void {
    const { run } = page;
    // The header stays in sight: a name must not cover the page.
    setText(title, drawnText(run?.report.run.name ?? '') || t('Energy profile'));
    setText(machine, run ? machineName(run.report.run.environment) : '');
    const source = run?.report.source ?? null;
    setText(badge, source ? sourceLabel(source) : t('no energy source yet'));
    badge.className = `badge ${source === null ? 'none' : source.measured ? 'measured' : 'estimated'}`;
    const state = page.silent ? 'silent' : (run?.report.run.status ?? 'waiting');
    const host = run?.report.run.host ?? null;
    setText(status, host !== null && state === 'running' ? t('Running on {0}', drawnText(host)) : statusText(state));
    status.className = `status ${state}`;
    setText(blocks, (run && blocksText(run.report.run)) ?? '');
    const progress = run?.progress ?? null;
    setText(doing, progress?.doing ?? '');
    bar.hidden = progress === null;
    if (progress) {
      const { done, least, mayEndSooner } = progress;
      bar.setAttribute('max', String(Math.max(1, least)));
      bar.setAttribute('value', String(Math.min(done, Math.max(1, least))));
      const text = mayEndSooner
        ? t('{0} of at most {1} repeats', done, least)
        : t('{0} of at least {1} repeats', done, least);
      setLabel(bar, 'title', text);
    }
    const seconds = progress?.secondsLeft == null ? null : describeSeconds(progress.secondsLeft);
    const leftText = progress?.mayEndSooner
      ? t('at most about {0} left', seconds ?? '')
      : t('about {0} left', seconds ?? '');
    setText(left, seconds === null ? '' : leftText);
    setText(joules, progress?.joulesSoFar == null ? '' : t('{0} so far', describeJoules(progress.joulesSoFar)));
    const [running, ended] = [isRunning(page), isResumable(state, run?.report.run.failure ?? null)];
    // Another machine's engine cannot be reached from here.
    const stoppable = running && host === null;
    redraw(actions, [stoppable, ended, page.silent], () => [
      stoppable && !page.silent && !isSaved
        ? button(t('Stop'), { key: 'stop', onClick: () => command({ command: 'stop' }) })
        : null,
      ended && !isSaved ? button(t('Resume'), { key: 'resume', onClick: () => command({ command: 'resume' }) }) : null,
    ]);
  }

  /** Watts of the last second; nothing while nothing runs. @returns whether there is a figure */
  function showWatts(page: Page): boolean {
    const added = page.run?.report.source?.domains.filter((d) => d.added).map((d) => d.id) ?? [];
    const now = isRunning(page) && !page.silent ? wattsNow(page.timeline, added) : null;
    setText(watts, now === null ? '' : t('{0} W now', describeNumber(now)));
    return now !== null;
  }
  return { element, show, showWatts };
}

function statusText(state: string): string {
  const texts: Record<string, string> = {
    waiting: t('Waiting'),
    silent: t('Disconnected'),
    starting: t('Starting'),
    running: t('Running'),
    complete: t('Complete'),
    interrupted: t('Interrupted'),
    failed: t('Failed'),
    stopped: t('Killed'),
  };
  return texts[state] ?? state;
}

/** `Intel Xeon Gold 6240R ×2`, with the type of node that a testbed knows the machine by. */
function machineName(environment: Record<string, unknown>): string {
  const { cpuModel, sockets, nodeType } = environment;
  if (typeof cpuModel !== 'string') return '';
  const name = cpuModel
    .replace(/\((R|TM)\)/g, '')
    .replace(/ CPU @.*$/, '')
    .trim();
  const processors = typeof sockets === 'number' && sockets > 1 ? `${name} ×${sockets}` : name;
  return typeof nodeType === 'string' ? `${processors} · ${drawnText(nodeType)}` : processors;
}
