import type { ModelAccuracy } from '../../src/core/report/report';
import type { Besides } from '../../src/core/analysis/besides';
import type { JudgedRun } from '../../src/core/analysis/verdict/judgeRun';
import type { PanelRun, ToPanel } from '../../src/core/panel/protocol/messages';
import { applyColumns, createTimeline, type Timeline } from '../../src/core/panel/series/timeline';

/** A run as the messages of a saved page tell of it. */
export type ShownRun = {
  run: PanelRun;
  judgement: JudgedRun;
  accuracies: readonly ModelAccuracy[];
  besides: Besides;
  timeline: Timeline;
};

/** @param messages of one run, with its judgement */
export function shownRun(messages: readonly ToPanel[]): ShownRun {
  const timeline = createTimeline();
  let besides: Besides = { figures: [], findings: [] };
  let accuracies: readonly ModelAccuracy[] = [];
  let [run, judgement]: [PanelRun | null, JudgedRun | null] = [null, null];
  for (const message of messages) {
    if (message.type === 'run') run = message.run;
    else if (message.type === 'judgement') judgement = message.judgement;
    else if (message.type === 'accuracy') accuracies = message.accuracies;
    else if (message.type === 'figures') besides = { figures: message.figures, findings: message.findings };
    else if (message.type === 'power') applyColumns(timeline, message.mode, message.columns);
  }
  if (run === null || judgement === null) throw new Error('a run comes with its judgement');
  return { run, judgement, accuracies, besides, timeline };
}
