import { modelAccuracy } from './accuracyShape';
import { columnsBytes } from './columns';
import type { FromPanel, PanelCommand, PowerColumns, ToPanel } from './messages';
import { panelRun } from './runShape';
import { flag, isPlain, list, object, oneOf, record, type Shape, text, whole, within } from './shape';

/**
 * What is let in from the other side of the page's border. Both functions give the message, or null for anything else,
 * and never throw; whoever calls them logs a null once and goes on.
 */

const mostSamples = 2 ** 22;
const longestExport = 64 * 2 ** 20;

const samples = object<PowerColumns>({
  session: whole(0, 1e9),
  startMs: within(0, Number.MAX_SAFE_INTEGER),
  domains: list(text),
  count: whole(0, mostSamples),
  buffer: ((v: unknown) => Object.prototype.toString.call(v) === '[object ArrayBuffer]') as Shape<ArrayBuffer>,
});
const columns = ((v: unknown) =>
  samples(v) &&
  v.domains.length <= 256 &&
  v.buffer.byteLength === columnsBytes(v.count, v.domains.length)) as Shape<PowerColumns>;

type ToPanelOf<T extends ToPanel['type']> = Extract<ToPanel, { type: T }>;
const toPanel: { [T in ToPanel['type']]: Shape<ToPanelOf<T>> } = {
  run: object<ToPanelOf<'run'>>({ type: oneOf('run'), run: panelRun }),
  power: object<ToPanelOf<'power'>>({
    type: oneOf('power'),
    mode: oneOf('replace', 'more'),
    columns: list(columns),
    decimated: flag,
  }),
  accuracy: object<ToPanelOf<'accuracy'>>({ type: oneOf('accuracy'), accuracies: list(modelAccuracy) }),
  settings: object<ToPanelOf<'settings'>>({
    type: oneOf('settings'),
    framesPerSecond: within(0, 240),
    strings: record(text),
  }),
  alive: object<ToPanelOf<'alive'>>({ type: oneOf('alive') }),
};

/** Page side: a message of the host. */
export function readToPanel(value: unknown): ToPanel | null {
  return readBy(toPanel as unknown as Record<string, Shape<ToPanel>>, value, 'type');
}

/** A file name without a folder: letters, digits, spaces, dots, dashes; it neither begins nor ends with a dot. */
const fileName = ((v: unknown) =>
  typeof v === 'string' &&
  /^[\p{L}\p{N}_][\p{L}\p{N} ._-]{0,118}[\p{L}\p{N}_-]$/u.test(v) &&
  !v.includes('..')) as Shape<string>;
const content = ((v: unknown) => typeof v === 'string' && v.length <= longestExport) as Shape<string>;

type CommandOf<C extends PanelCommand['command']> = Extract<FromPanel, { type: 'command'; command: C }>;
const plain = <C extends 'stop' | 'resume' | 'openLog' | 'openExperiment' | 'runAgain' | 'doctor'>(command: C) =>
  object<{ type: 'command'; command: C }>({ type: oneOf('command'), command: oneOf(command) as Shape<C> });
const commands: { [C in PanelCommand['command']]: Shape<unknown> } = {
  stop: plain('stop'),
  resume: plain('resume'),
  openLog: plain('openLog'),
  openExperiment: plain('openExperiment'),
  runAgain: plain('runAgain'),
  doctor: plain('doctor'),
  apply: object<CommandOf<'apply'>>({
    type: oneOf('command'),
    command: oneOf('apply'),
    configuration: text,
  }),
  copy: object<CommandOf<'copy'>>({ type: oneOf('command'), command: oneOf('copy'), text }),
  export: object<CommandOf<'export'>>({
    type: oneOf('command'),
    command: oneOf('export'),
    format: oneOf('csv', 'json'),
  }),
  saveChart: object<CommandOf<'saveChart'>>({
    type: oneOf('command'),
    command: oneOf('saveChart'),
    format: oneOf('csv', 'png', 'svg'),
    name: fileName,
    content,
  }),
};

const fromPanel: { [T in FromPanel['type']]: Shape<unknown> } = {
  ready: object<{ type: 'ready' }>({ type: oneOf('ready') }),
  credit: object<{ type: 'credit' }>({ type: oneOf('credit') }),
  command: ((v: unknown) => readBy(commands, v, 'command') !== null) as Shape<unknown>,
};

/** Host side: a message of the page. The name of a chart's file holds no path; nothing else of a message names a place. */
export function readFromPanel(value: unknown): FromPanel | null {
  return readBy(fromPanel, value, 'type') as FromPanel | null;
}

function readBy<T>(shapes: Record<string, Shape<T>>, value: unknown, key: string): T | null {
  try {
    const tag = isPlain(value) ? value[key] : undefined;
    if (typeof tag !== 'string' || !Object.hasOwn(shapes, tag)) return null;
    return shapes[tag]!(value) ? value : null;
  } catch {
    return null; // A getter or proxy that throws is no message.
  }
}
