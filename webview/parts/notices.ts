import { exitCodes } from '../../src/core/failure/exitCodes';
import { canResume, exitCodeOf } from '../../src/core/failure/failure';
import type { PanelCommand } from '../../src/core/panel/protocol/messages';
import { blocksToOffer } from '../../src/core/analysis/verdict/blocksToOffer';
import type { Verdict } from '../../src/core/analysis/verdict/verdictSchema';
import { conditionsBeside, conditionsOf } from '../../src/core/run/conditions';
import { wholeSentence } from '../../src/core/words/sentence';
import { configurationLabels, sentenceCase } from '../../src/core/configuration/label';
import { withoutText } from '../../src/core/energy/sourceLabel';
import { describeSeconds, roundOutward } from '../../src/core/words/units';
import { describeGiven, describePercent } from '../../src/core/statistics/wording';
import { isRunning, type Page } from '../page/page';
import type { FaceWords } from './faceSection';
import { t } from '../strings/strings';

/** With what can be done about it. */
export type Face = FaceWords & {
  /** A command line to copy. */
  copyable?: string;
  actions: { text: string; command?: PanelCommand; limitMs?: number; arrivalRate?: number }[];
};

const actions = {
  resume: { text: 'Resume', command: { command: 'resume' } },
  log: { text: 'Open log', command: { command: 'openLog' } },
  doctor: { text: 'Check energy access', command: { command: 'doctor' } },
  again: { text: 'Run again', command: { command: 'runAgain' } },
  experiment: { text: 'Open experiment', command: { command: 'openExperiment' } },
} as const satisfies Record<string, { text: string; command: PanelCommand }>;
const act = (...names: (keyof typeof actions)[]): Face['actions'] =>
  names.map((name) => ({ ...actions[name], text: t(actions[name].text) }));

/** The states of a run that a person must know of, the gravest first. */
export function facesOf(page: Page): Face[] {
  const { run } = page;
  const faces: Face[] = [];
  if (page.silent) {
    faces.push({
      kind: 'problem',
      name: 'disconnected',
      title: t('Disconnected'),
      lines: [
        t('Nothing has arrived for 5 seconds. The run itself goes on by itself; what you see is from before.'),
        t('If it stays so, run “Developer: Reload Window”, then open the run again.'),
      ],
      actions: [],
    });
  }
  if (!run) return faces;
  faces.push(...endFaces(page), ...sourceFaces(page));
  if (page.problem !== null) {
    faces.push({
      kind: 'problem',
      name: 'unanalysed',
      title: t('The results cannot be analysed'),
      lines: [page.problem],
      actions: act('log'),
    });
  }
  if (run.stale === true) {
    faces.push({
      kind: 'caution',
      name: 'stale',
      title: t('The experiment file has changed since this run'),
      lines: [t('The numbers are those of the file as it was then.')],
      actions: act('again', 'experiment'),
    });
  }
  if (run.judgedAnew === true) {
    faces.push({
      kind: 'note',
      name: 'judged-anew',
      title: t('The limit, the weights or the margin in the experiment file have changed since this run'),
      lines: [
        t(
          'The measurements hold. The verdict here is by the terms of the run; the line above the file judges by the new ones.',
        ),
      ],
      actions: act('experiment'),
    });
  }
  faces.push(...verdictFaces(page), ...trialFaces(page));
  return faces;
}

function endFaces(page: Page): Face[] {
  const { run, ended } = { run: page.run!, ended: page.run!.report.run.ended };
  const { status } = run.report.run;
  const kept = t('Every finished repeat is kept; Resume measures only what is missing.');
  if (status === 'interrupted' || status === 'stopped') {
    const title = status === 'stopped' ? t('The engine was killed, or the machine went down') : t('Interrupted');
    return [
      {
        kind: 'caution',
        name: 'interrupted',
        title,
        lines: [...(ended ? [ended] : []), kept],
        actions: act('resume', 'log'),
      },
    ];
  }
  if (status !== 'failed') return [];
  const { code, message, fix } = run.report.run.failure ?? { code: '', message: t('The run failed.'), fix: null };
  if (exitCodeOf(code) === exitCodes.source) {
    return [
      {
        kind: 'problem',
        name: 'permission',
        title: t('The energy counters cannot be read'),
        lines: [message, ...(fix === null ? [] : [t('The check explains what the fix changes and how to undo it.')])],
        ...(fix === null ? {} : { copyable: fix }),
        actions: act('doctor', 'again'),
      },
    ];
  }
  return [
    {
      kind: 'problem',
      name: 'failed-run',
      title: t('The run failed'),
      lines: canResume(code) ? [message, kept] : [message],
      ...(fix === null ? {} : { copyable: fix }),
      actions: canResume(code) ? act('resume', 'log') : act('experiment', 'again', 'log'),
    },
  ];
}

function sourceFaces({ run }: Page): Face[] {
  const source = run?.report.source;
  if (!source) return [];
  const without = withoutText(source);
  if (source.measured && without === null) return [];
  if (source.measured) {
    return [
      {
        kind: 'caution',
        name: 'missing-domains',
        title: t('These joules are not of the whole machine: {0}', without!),
        lines: [
          t(
            'The experiment allows them to be missing (measure.allowMissing). What a configuration takes there is not seen, and a run that has them is not compared with this one.',
          ),
        ],
        actions: act('doctor'),
      },
    ];
  }
  const { reason, fix } = source;
  return [
    {
      kind: 'caution',
      name: 'estimate',
      title: t('These joules are estimated, not measured'),
      lines: [
        ...(reason ? [reason] : []),
        t(
          'They come from CPU time and a power curve, so they mostly restate throughput. Use them to compare batch sizes on this machine, not as joules.',
        ),
      ],
      ...(fix ? { copyable: fix } : {}),
      actions: act('doctor'),
    },
  ];
}

function verdictFaces(page: Page): Face[] {
  const { analysis } = page;
  if (!analysis) return [];
  const { verdict, configurations } = analysis;
  const labels = configurationLabels(configurations);
  const name = (id: string) => sentenceCase(labels.get(id) ?? id);
  if (verdict.kind === 'infeasible') {
    return [
      {
        kind: 'caution',
        name: 'infeasible',
        title: t('Nothing measured keeps your limit'),
        lines: verdict.feasibility.filter((f) => f.feasible === 'no').map((f) => `${name(f.id)}: ${f.reason}`),
        actions: relaxed(verdict.relaxations),
      },
    ];
  }
  if (verdict.openBecause === 'conditions') {
    return [
      {
        kind: 'caution',
        name: 'withheld',
        title: t('The numbers are not of the work alone'),
        lines: [
          t(
            'So no configuration is named. The measurements are kept; run it again when what the sentence names is mended.',
          ),
        ],
        actions: act('again', 'log'),
      },
    ];
  }
  const isMeasured = configurations.some((c) => c.n > 0);
  const isComplete = page.run?.report.run.status === 'complete';
  if (verdict.kind === 'unresolved' && isMeasured && isComplete && verdict.openBecause !== 'nothing-to-compare') {
    const { run, isMeasuredHere } = { run: page.run!.report.run, isMeasuredHere: page.run!.isMeasuredHere };
    const offered = isMeasuredHere ? blocksToOffer(verdict, run.blocks) : null;
    return [
      {
        kind: 'note',
        name: 'unresolved',
        title: t('This run does not decide it'),
        lines: [
          moreText(verdict, offered),
          ...(verdict.moreBlocks !== null && !isMeasuredHere
            ? [t('Add them on the machine that measured it, or run the experiment again here.')]
            : []),
        ],
        actions: [...(offered === null ? [] : [measureMore(offered)]), ...act('experiment', 'again')],
      },
    ];
  }
  return [];
}

/** As the sentence says it. */
function moreText({ moreBlocks, moreBlocksRange: range, noisePercent }: Verdict, offered: number | null): string {
  if (range !== null) {
    const { low, high } = range;
    if (low < high) return t('About {0} to {1} more blocks would decide it.', low, high);
    return high === 1 ? t('About 1 more block would decide it.') : t('About {0} more blocks would decide it.', high);
  }
  if (moreBlocks !== null) return t('A verdict takes at least {0} blocks more.', moreBlocks);
  if (offered !== null) return t('More blocks may tell whether the limit is kept.');
  if (noisePercent !== null)
    return t('Differences are within this machine’s noise (± {0}).', describePercent(noisePercent));
  return t('How many more blocks it would take cannot be foreseen.');
}

/** Goes on with the run for so many blocks more. */
function measureMore(blocks: number): Face['actions'][number] {
  const text = blocks === 1 ? t('Measure 1 more block') : t('Measure {0} more blocks', blocks);
  return { text, command: { command: 'addBlocks', blocks } };
}

/** Offers the nearest relaxation on the sliders, rounded to the side that holds. */
function relaxed(relaxations: readonly { constraint: string; needed: number }[]): Face['actions'] {
  const latency = relaxations.find((r) => r.constraint === 'requestLatencyMs')?.needed;
  const rate = relaxations.find((r) => r.constraint === 'arrivalRate')?.needed;
  if (latency === undefined && rate === undefined) return [];
  const limitMs = latency === undefined ? undefined : roundOutward(latency, 'up');
  const arrivalRate = rate === undefined ? undefined : roundOutward(rate, 'down');
  const parts = [
    ...(limitMs === undefined ? [] : [`${describeGiven(limitMs)} ms`]),
    ...(arrivalRate === undefined ? [] : [`${describeGiven(arrivalRate)}/s`]),
  ];
  return [
    {
      text: t('Try {0}', parts.join(', ')),
      ...(limitMs === undefined ? {} : { limitMs }),
      ...(arrivalRate === undefined ? {} : { arrivalRate }),
    },
  ];
}

function trialFaces(page: Page): Face[] {
  const { report, results } = page.run!;
  const labels = configurationLabels(results);
  const name = (id: string) => sentenceCase(labels.get(id) ?? id);
  const faces: Face[] = [];
  const { failedTrials } = report.run;
  if (failedTrials.length > 0) {
    const lines = failedTrials
      .slice(-5)
      .map((f) => t('{0}, block {1} ({2}): {3}', name(f.configuration), f.block, f.reason, f.message));
    if (failedTrials.length > 5) lines.unshift(t('The last 5 of {0}:', failedTrials.length));
    const title = failedTrials.length === 1 ? t('A trial failed') : t('{0} trials failed', failedTrials.length);
    faces.push({ kind: 'caution', name: 'failed', title, lines, actions: act('log') });
  }
  const skipped = results.filter((r) => r.skipped !== null);
  if (skipped.length > 0) {
    faces.push({
      kind: 'note',
      name: 'skipped',
      title: t('Not measured'),
      lines: skipped.map((r) => `${name(r.id)}: ${r.skipped!.message}`),
      actions: [],
    });
  }
  const { analysis } = page;
  const told = analysis ? conditionsBeside(report.run, analysis.verdict) : conditionsOf(report.run);
  const notes = told.map(({ message }) => message);
  if (notes.length > 0) {
    faces.push({
      kind: 'note',
      name: 'warnings',
      title: t('To know'),
      lines: [...new Set(notes.map((note) => t(wholeSentence(note))))],
      actions: [],
    });
  }
  return faces;
}

/** What will happen, while there is no value yet; nothing when nothing will. */
export function expectation(page: Page): string[] {
  const { run } = page;
  if (!run) return [t('Waiting for the run. Nothing has arrived from it yet.')];
  if (!isRunning(page)) return [];
  const active = run.results.filter((r) => r.skipped === null).length;
  const { min, max } = run.terms.measure.repeats;
  const blocks = [active, min, Math.max(min, max)] as const;
  const search = run.terms.search;
  const lines = [
    search
      ? t(
          '{0} configurations will be searched in at least {1} and at most {2} blocks, with at most {3} % of their trials: the first block measures those that tell most of the others, later ones those that could still be the greenest.',
          ...blocks,
          search.maxTrialsPercent,
        )
      : run.report.run.order === 'listed'
        ? t(
            '{0} configurations will be measured in at least {1} and at most {2} blocks; each block measures every one once, in the order of the experiment.',
            ...blocks,
          )
        : t(
            '{0} configurations will be measured in at least {1} and at most {2} blocks; each block measures every one once, in shuffled order.',
            ...blocks,
          ),
  ];
  const left = run.progress?.secondsLeft;
  if (left != null) lines.push(t('The blocks that always run take about {0}.', describeSeconds(left)));
  lines.push(t('Stop ends it at any time and keeps every finished repeat; closing this panel does not end it.'));
  return lines;
}
