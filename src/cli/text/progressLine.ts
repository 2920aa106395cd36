import { accuracyIntervalOf } from '../../core/accuracy/accuracySampling';
import { counted, describeOtherImages } from '../../core/statistics/wording';
import { isMeasured } from '../../core/energy/parts';
import { plural } from '../../core/words/unitOfWork';
import { sourceLabel } from '../../core/energy/sourceLabel';
import { conditionsOfLook } from '../../core/run/conditions';
import type { EventOf, RunEvent } from '../../core/run/events';
import type { Run } from '../../core/run/fold';
import type { SampleLookup } from '../../core/values/samples';
import { trialValue } from '../../core/values/trialValue';
import { describeJoules, describeNumber } from '../../core/words/units';
import type { Style } from './style';

/** The lines that an event is worth on a terminal that scrolls; most are worth none. */
export function describeEvent(run: Run, event: RunEvent, samples: SampleLookup, style: Style): string[] {
  switch (event.type) {
    case 'run.created':
      return [`${style.bold(event.name)}: ${planText(event)}`];
    case 'session.started':
      return event.session > 1 ? [`going on (session ${event.session})`] : [];
    case 'blocks.added': {
      const all = event.untilVerdict
        ? 'until there is a verdict'
        : 'all of them, for the verdict was reached already; it may still change';
      return [`${counted(event.blocks, 'more block')}, up to block ${event.upToBlock}: ${all}`];
    }
    case 'source.opened': {
      const { source } = event;
      const label = isMeasured(source) ? style.green(sourceLabel(source)) : style.yellow(sourceLabel(source));
      return [`energy: ${label}${source.reason ? `\n  ${source.reason}` : ''}`];
    }
    case 'warning':
      return [`${style.yellow('warning')}: ${event.message}`];
    case 'machine.looked':
      if (event.block !== null) return [];
      return conditionsOfLook(event).map(({ message }) => `${style.yellow('warning')}: ${message}`);
    case 'step':
      return [style.dim((stepText[event.step] ?? event.step) + (event.detail ? ` (${event.detail})` : ''))];
    case 'model.ready': {
      const size =
        event.parameters === null
          ? ''
          : `: ${describeNumber(event.parameters / 1e6)} M parameters, ${describeNumber(event.gflops ?? 0)} GFLOPs an image`;
      return [`model ${event.model}${size}`];
    }
    case 'images.ready': {
      const rotation = event.inRotation < event.count ? `, ${event.inRotation} of them in rotation` : '';
      const bad = event.skipped.map((s) => `${style.yellow('skipped')} ${s.name}: ${s.reason}`);
      const shown = bad
        .slice(0, 5)
        .concat(bad.length > 5 ? [`… and ${bad.length - 5} more (all stand in the log)`] : []);
      return [
        `images: ${event.description}, ${event.count} at ${event.width}×${event.height}${rotation}${bad.length ? `; ${bad.length} skipped` : ''}`,
        ...shown,
      ];
    }
    case 'accuracy.measured': {
      const { images, coco } = event.accuracy;
      const [ap = -1] = coco.stats;
      const interval = accuracyIntervalOf(ap, event.sampling);
      const text = ap < 0 ? 'unknown: nothing is annotated' : describeNumber(ap);
      const others = interval === null ? '' : ` (${describeOtherImages(ap, interval)})`;
      return [`accuracy of ${event.model}: AP ${text}${others} on ${counted(images, 'image')}`];
    }
    case 'accuracy.unknown':
      return [`${style.dim('accuracy')} of ${event.model} is not known: ${event.message}`];
    case 'configuration.skipped':
      return [`${style.yellow('skipped')} ${event.configuration}: ${event.message}`];
    case 'configuration.settled':
      return [`${style.dim('settled')} ${event.configuration} after block ${event.afterBlock}: ${event.message}`];
    case 'search.decided': {
      const open = run.configurations.filter(({ id }) => !run.skipped.has(id)).length;
      return [
        `${style.dim('search')} block ${event.block} measures ${event.configurations.length} of ${counted(open, 'configuration')}`,
      ];
    }
    case 'trial.failed':
      return [`${style.red('failed')} ${configurationOf(run, event.trial)}: ${event.message}`];
    case 'trial.finished':
      return [...finishedLine(run, event.trial, samples), ...powerLine(event)];
    case 'ranking.decided':
      return event.message === null ? [] : [event.message];
    case 'session.ended':
      return event.reason === 'interrupted' ? [keptText(run)] : [];
    default:
      return [];
  }
}

function planText({ configurations, spec }: EventOf<'run.created'>): string {
  const { min, max } = spec.measure.repeats;
  const repeats = min === max ? counted(min, 'repeat') : `${min} to ${max} repeats`;
  return `${counted(configurations.length, 'configuration')}, ${repeats} of each`;
}

const stepText: Readonly<Record<string, string>> = {
  model: 'preparing the model',
  images: 'preparing images',
  memory: 'learning how memory grows with the batch',
  rest: 'letting the machine rest',
  idle: 'measuring the machine at rest',
  heat: 'loading the machine, so that all trials find it as warm',
  instruments: 'holding powercap and perf against each other',
  accuracy: 'measuring what the model gets right, outside the energy windows',
};

const configurationOf = (run: Run, trial: number) =>
  run.trials.find((t) => t.trial === trial)?.configuration ?? `trial ${trial}`;

function powerLine({ powerChangePercent }: EventOf<'trial.finished'>): string[] {
  if (powerChangePercent === undefined) return [];
  const change = `${powerChangePercent > 0 ? 'rose' : 'fell'} by ${describeNumber(Math.abs(powerChangePercent), 2)} %`;
  return [`  the machine's power ${change} in its window`];
}

function finishedLine(run: Run, number: number, samples: SampleLookup): string[] {
  const trial = run.trials.find((t) => t.trial === number);
  const value = trial && trialValue(run, trial, samples, null);
  if (!trial || !value) return [];
  const place = trial.reference ? 'drift check' : `block ${trial.block}`;
  return [
    `${place.padEnd(11)} ${trial.configuration.padEnd(longest(run))}  ${describeJoules(value.joulesPerUnit)}/${run.workload.unit}  ${describeNumber(value.watts)} W  ${describeNumber(value.unitsPerSecond)} ${plural(run.workload.unit)}/s`,
  ];
}

const longest = (run: Run) => Math.max(...run.configurations.map((c) => c.id.length));

function keptText(run: Run): string {
  const kept = run.trials.filter((t) => t.state === 'finished' && !t.reference).length;
  const lost = run.trials.filter((t) => t.state === 'interrupted' && t.session === run.sessions.at(-1)?.session).length;
  return `stopped: ${kept} finished ${kept === 1 ? 'repeat is' : 'repeats are'} kept${lost ? ', the one that was running is not' : ''}`;
}
