import * as vscode from 'vscode';
import { isMeasured } from '../../core/energy/parts';
import type { SourceRecord } from '../../core/energy/source';
import { withoutText } from '../../core/energy/sourceLabel';
import { progressOf } from '../../core/run/progress';
import { describeNumber, describeSeconds } from '../../core/words/units';
import { commands, contextKeys } from '../window/contributions';
import type { LiveRun } from './liveRun';
import type { Runs } from './runs';
import { label, statusItem, type StatusItem } from '../window/show';

/** While something is measured: what, how far, how many watts. A click opens the panel. */
export function createStatusBar(runs: Runs): vscode.Disposable {
  let item: StatusItem | undefined;
  let timer: NodeJS.Timeout | undefined;

  const update = () => {
    clearTimeout(timer);
    // Rather what this machine does than another one that shares the folder.
    const running = runs.running();
    const live = running.find((one) => one.host() === null) ?? running[0];
    void vscode.commands.executeCommand('setContext', contextKeys.running, live !== undefined);
    if (!live?.run()) {
      item?.hide();
      if (live) timer = setTimeout(update, 500);
      return;
    }
    item ??= statusItem('run', vscode.l10n.t('Energy measurement'));
    item.show(statusText(live, Date.now()), {
      icon: 'zap',
      tooltip: tooltip(live),
      command: { command: commands.openResults, title: '', arguments: [live.folder] },
    });
    timer = setTimeout(update, 1000);
  };
  const subscription = runs.onDidChange(update);
  update();
  return {
    dispose() {
      clearTimeout(timer);
      subscription.dispose();
      item?.dispose();
    },
  };
}

function tooltip(live: LiveRun): string {
  const [name, host] = [live.run()?.name ?? '', live.host()];
  return host === null
    ? vscode.l10n.t('Greenbatch measures {0}. Click to see it.', name)
    : vscode.l10n.t('{0} is running on {1}. Click to see it.', name, host);
}

function wattsBasis(source: SourceRecord): string {
  const basis = isMeasured(source) ? withoutText(source) : vscode.l10n.t('est.');
  return basis === null ? '' : ` (${basis})`;
}

function statusText(live: LiveRun, nowMs: number): string {
  const run = live.run();
  if (!run) return '';
  const { done, least, secondsLeft, beyondLeast, mayEndSooner } = progressOf(run, nowMs);
  const watts = live.power.wattsNow();
  return [
    // What follows it tells how far it is.
    label(run.name, 60),
    ...(live.host() === null ? [] : [vscode.l10n.t('on {0}', live.host() ?? '')]),
    beyondLeast ? vscode.l10n.t('one more block') : `${Math.min(100, Math.round((100 * done) / Math.max(1, least)))} %`,
    ...(watts === null ? [] : [`${describeNumber(watts)} W${run.source === null ? '' : wattsBasis(run.source)}`]),
    ...(secondsLeft === null ? [] : [leftText(describeSeconds(secondsLeft), mayEndSooner)]),
  ].join(' · ');
}

const leftText = (time: string, mayEndSooner: boolean): string =>
  mayEndSooner ? vscode.l10n.t('at most {0} left', time) : vscode.l10n.t('{0} left', time);
