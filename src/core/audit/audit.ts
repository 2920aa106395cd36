import type { RunReport } from '../report/report';
import type { EventOf } from '../run/events';
import { type AuditLog, auditRun } from './auditLog';
import { checkLog, type Finding } from './checks';
import { type DerivedNumber, type DerivedNumbers, type LinesOf, type Provenance, rangesOf } from './derived';
import { deriveConfiguration } from './deriveConfiguration';
import { deriveReplays } from './deriveReplays';
import { deriveRun, deriveSource } from './deriveRun';
import { leavesOf, recordedNumbers, type RecordedTree } from './recorded';
import { restsOf } from './rests';
import { type Decisions, finishedReplays, finishedTrials } from './trials';

export type AuditedNumber = Provenance & {
  path: string;
  stated: number | null;
  /** By the plain formulas, or as it was recorded; null of one that only the program's own code makes. */
  derived: number | null;
  /** By the program's own code, now. */
  recomputed: number | null;
  agrees: boolean;
};

export type Audit = {
  numbers: AuditedNumber[];
  /** Texts and marks of what is stated that come out as others now. */
  texts: { path: string; stated: string; recomputed: string }[];
  findings: Finding[];
  /** Which lines stand behind which numbers. */
  sources: Record<string, LinesOf[]>;
};

/** Two ways of adding up differ in their last digits. */
const [relative, absolute] = [1e-9, 1e-12];
const isSame = (a: number, b: number, within = relative) =>
  a === b || Math.abs(a - b) <= Math.max(absolute, within * Math.max(Math.abs(a), Math.abs(b)));

/** Of the same program the same digits; another one may add in another order. */
const digitsOfText = 1e-14;

/** What is decided, and no wording: the same by each program. */
const decided =
  /(?:^|[.\]])(?:winner|kind|id|model|sha256|unit|inUse|reference|relation|feasible|energy|metric)$|^(?:paretoFront|verdict\.tied)\[/;
const isDecided = (path: string, value: unknown) => typeof value === 'boolean' || decided.test(path);

/** What every program has stated that ever made a bundle: it cannot be missing, nor be more than it is. */
const essential =
  /^(?:verdict\.winner|verdict\.tied\[\d+\]|paretoFront\[\d+\]|configurations\[\d+\]\.(?:id|n|joulesPerUnit\.(?:mean|low|high)))$/;
/** Of all configurations, comparisons, …: a program that states it of one states it of all. */
const shapeOf = (path: string) => path.replace(/\[\d+\]/g, '[]');

/** What depends on where a run lies and who reads it, and says nothing of the measurement. */
const ofTheReader = new Set(['run.folder', 'run.host', 'run.status']);

/**
 * Holds what is stated of a run against what its log says: each number against a second derivation where there is one, and all against
 * what the program makes of the log now.
 *
 * @param stated JSON of `show --json`: of a bundle as it came with it, of a run as the program says it now
 * @param recomputed the same as the program says it now
 * @param isSameProgram whether the very program stated it: then texts are held to the letter
 */
export function audit(
  log: AuditLog,
  decisions: Decisions,
  { stated, recomputed, isSameProgram }: { stated: unknown; recomputed: unknown; isSameProgram: boolean },
): Audit {
  const { numbers: derived, sources, findings } = derive(log, decisions, recomputed as RunReport);
  const now = new Map([...leavesOf(recomputed)].map(({ path, value }) => [path, value]));
  const told = new Map([...leavesOf(stated)].map(({ path, value }) => [path, value]));
  const numbers: AuditedNumber[] = [];
  const texts: Audit['texts'] = [];
  const [shapesNow, shapesTold] = [now, told].map((leaves) => new Set([...leaves.keys()].map(shapeOf))) as [
    Set<string>,
    Set<string>,
  ];
  for (const [path, value] of told) {
    if (ofTheReader.has(path)) continue;
    const again = now.get(path);
    const known = derived.get(generalPath(path));
    if (
      typeof value === 'number' ||
      typeof again === 'number' ||
      (value === null && typeof known?.value === 'number')
    ) {
      numbers.push(auditedNumber(path, value, again, known));
      continue;
    }
    // What another program words in its own way is no difference; what only one of them ever tells is none either.
    const isHeld =
      isSameProgram ||
      (isDecided(path, value) && (again !== undefined || essential.test(path) || shapesNow.has(shapeOf(path))));
    if (again !== value && isHeld)
      texts.push({ path, stated: String(value), recomputed: again === undefined ? 'nothing' : String(again) });
  }
  // What the program says and the stated lacks: something was taken out, or another program does not know it.
  const unstated: string[] = [];
  for (const [path, value] of now) {
    if (told.has(path) || ofTheReader.has(path)) continue;
    const known = derived.get(generalPath(path));
    const isChecked = typeof value === 'number' ? known !== undefined : isDecided(path, value);
    if (!isSameProgram && !essential.test(path) && !(isChecked && shapesTold.has(shapeOf(path)))) {
      if (isChecked) unstated.push(path);
    } else if (typeof value === 'number') numbers.push(auditedNumber(path, undefined, value, known));
    else texts.push({ path, stated: 'nothing', recomputed: String(value) });
  }
  return { numbers, texts, findings: [...unstatedFindings(unstated), ...findings], sources };
}

function unstatedFindings(paths: readonly string[]): Finding[] {
  if (paths.length === 0) return [];
  const some = `${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ', …' : ''}`;
  const message = `${paths.length} values that this program derives or decides are not stated: ${some}`;
  return [{ level: 'note', check: 'stated', place: 'show.json', message }];
}

function auditedNumber(
  path: string,
  stated: unknown,
  recomputed: unknown,
  known: DerivedNumber | undefined,
): AuditedNumber {
  const number = (value: unknown) => (typeof value === 'number' ? value : null);
  const values = { stated: number(stated), recomputed: number(recomputed) };
  const provenance: Provenance = known
    ? { how: known.how, formula: known.formula, source: known.source, n: known.n }
    : sameCode(path);
  const isAs = (other: number | null, within: number) =>
    values.stated === null || other === null ? values.stated === other : isSame(values.stated, other, within);
  const agrees = isAs(values.recomputed, digitsOfText) && (known === undefined || isAs(known.value, relative));
  return { path, ...values, derived: known?.value ?? null, ...provenance, agrees };
}

/** A path of detection's own names for the general ones, which stand beside them (`inImages`). */
export function generalPath(path: string): string {
  return path.replace('PerImage', 'PerUnit').replace(/(^|\.)images(Per[A-Z])/, '$1units$2');
}

/** What only the program's own code makes, by the part of the report that it stands in. */
const codes: readonly { under: RegExp; formula: string; source: string }[] = [
  {
    under: /^verdict(ByModel\..*)?\.paced\b/,
    formula: 'replayed requests beside what is modelled (docs/measurement.md)',
    source: 'all windows',
  },
  {
    under: /^verdict(ByModel)?\b/,
    formula:
      'robust two-way model of the logarithms of the trials’ joules by block and configuration (docs/statistics.md)',
    source: 'all windows',
  },
  {
    under: /^configurations.*\.(requestLatencyMs|load)\b/,
    formula: 'simulated queue of requests, fed with the windows’ batch times',
    source: 'all windows',
  },
  {
    under: /^configurations.*\.joulesPerRequest\b/,
    formula: 'joules of the batches of the simulated queue, and watts at rest ÷ arrival rate',
    source: 'all windows',
  },
  { under: /^configurations.*\.accuracy/, formula: 'accuracy.measured, accuracy.imported', source: 'accuracy' },
  {
    under: /^run\.imported\b/,
    formula: 'accuracy.imported; F1 as the paper: 2·AP·AR100 ÷ (AP + AR100)',
    source: 'accuracy',
  },
  {
    under: /^run\.drift\b/,
    formula: 'robust trend of all finished trials, each against its own configuration',
    source: 'all windows',
  },
  {
    under: /^run\.agreement\b/,
    formula: 'rise of both instruments’ counters over the same seconds',
    source: 'sessions',
  },
  {
    under: /^run\.(state|surroundings)\b/,
    formula: 'states at the edges of the windows, and looks between blocks',
    source: 'all windows',
  },
];

function sameCode(path: string): Provenance {
  const found = codes.find(({ under }) => under.test(path));
  return {
    how: 'same-code',
    formula: found?.formula ?? 'rule of the program',
    source: found?.source ?? 'all windows',
    n: null,
  };
}

function derive(log: AuditLog, decisions: Decisions, report: RunReport) {
  const run = auditRun(log);
  const { created } = run;
  const trials = finishedTrials(log, run, decisions);
  const rests = restsOf(log, run, decisions);
  const measured = new Map<string, { line: number; event: EventOf<'accuracy.measured'> } | null>();
  for (const { line, event } of log.events) {
    if (event.type === 'accuracy.measured') measured.set(event.model, { line, event });
    if (event.type === 'accuracy.unknown') measured.set(event.model, null);
  }
  const tail = tailOf(log, report);
  const numbers: DerivedNumbers = new Map();
  const sources: Record<string, LinesOf[]> = {};
  const add = (more: DerivedNumbers) => more.forEach((value, path) => numbers.set(path, value));
  const inEvents = (name: string, lines: readonly number[]) =>
    (sources[name] = [{ file: 'events.jsonl', lines: rangesOf(lines) }]);
  const linesOfType = (...types: string[]) =>
    log.events.filter(({ event }) => types.includes(event.type)).map(({ line }) => line);

  created.configurations.forEach((configuration, i) => {
    const found = deriveConfiguration(
      i,
      configuration,
      { run, trials, rests, tail },
      measured.get(configuration.model) ?? null,
    );
    add(found.numbers);
    sources[`windows of ${configuration.id}`] = [
      {
        file: 'events.jsonl',
        lines: rangesOf(found.repeats.flatMap(({ windows }) => windows.map(({ line }) => line))),
      },
      {
        file: 'power.jsonl',
        lines: joined(
          found.windows.flatMap(({ plain: { samples } }) =>
            samples ? [[samples.first, samples.last] as [number, number]] : [],
          ),
        ),
      },
    ];
  });
  add(deriveRun(run, trials, rests));
  const { paced } = report.verdict;
  if (paced) {
    const pair =
      paced.saving && paced.winner !== null && paced.inUse !== null
        ? { winner: paced.winner, inUse: paced.inUse }
        : null;
    const ids = paced.configurations.map(({ id }) => id);
    add(deriveReplays(finishedReplays(log, run, decisions), ids, pair, created.spec.sla?.percentile ?? 95));
    const replays = log.events.filter(({ event }) => event.type === 'trial.window' && event.paced !== undefined);
    inEvents(
      'replayed requests',
      replays.map(({ line }) => line),
    );
  }
  add(deriveSource(run));
  add(recordedNumbers(recordedTrees(log, report, measured)));
  for (const [model, found] of measured) if (found) inEvents(`accuracy of ${model}`, [found.line]);
  inEvents('accuracy', linesOfType('accuracy.measured', 'accuracy.imported', 'accuracy.unknown'));
  inEvents('run', [1]);
  inEvents('sessions', linesOfType('session.started', 'session.ended', 'instruments.compared', 'environment.known'));
  inEvents('trials', linesOfType('trial.started', 'trial.finished', 'trial.failed', 'block.finished'));
  inEvents(
    'rests',
    rests.map(({ line }) => line),
  );
  inEvents('energy source', linesOfType('source.opened'));
  inEvents('models and images', linesOfType('model.ready', 'images.ready'));
  inEvents('all windows', linesOfType('trial.window'));
  return { numbers, sources, findings: checkLog(log, run) };
}

/** Ranges that lie in their order, those that touch as one. */
function joined(ranges: readonly [number, number][]): [number, number][] {
  const all: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const before = all.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else all.push([first, last]);
  }
  return all;
}

/** What lies outside an interval on each side (docs/statistics.md): a run that may stop early, or is of one alone, has wider ones. */
function tailOf(log: AuditLog, report: RunReport): number {
  const first = log.events[0]!.event as EventOf<'run.created'>;
  const { min, max } = first.spec.measure.repeats;
  const added = log.events.flatMap(({ event }) => (event.type === 'blocks.added' ? [event.upToBlock] : [])).at(-1);
  const most = Math.max(max, added ?? 0);
  if (most <= Math.max(min, 5)) return 0.025;
  return report.configurations.filter(({ skipped }) => skipped === null).length === 1 ? 0.008 : 0.015;
}

function recordedTrees(
  log: AuditLog,
  report: RunReport,
  measured: ReadonlyMap<string, { event: EventOf<'accuracy.measured'> } | null>,
): RecordedTree[] {
  const created = log.events[0]!.event as EventOf<'run.created'>;
  const models = new Map(
    log.events.flatMap(({ event }) => (event.type === 'model.ready' ? [[event.model, event] as const] : [])),
  );
  const images = log.events.findLast(({ event }) => event.type === 'images.ready')?.event as
    EventOf<'images.ready'> | undefined;
  const source = log.events.findLast(({ event }) => event.type === 'source.opened')?.event as
    EventOf<'source.opened'> | undefined;
  const failed = log.events.flatMap(({ event }) => (event.type === 'trial.failed' ? [event] : []));
  const startOf = (trial: number) =>
    log.events.findLast(({ event }) => event.type === 'trial.started' && event.trial === trial)?.event as
      EventOf<'trial.started'> | undefined;
  const imported = new Map(
    log.events.flatMap(({ event }) =>
      event.type === 'accuracy.imported' ? [[event.configuration, event] as const] : [],
    ),
  );
  const blocks = log.events.flatMap(({ event }) => (event.type === 'block.finished' ? [event.block] : []));
  const addedBlocks = log.events.flatMap(({ event }) => (event.type === 'blocks.added' ? [event] : []));
  const tree = (path: string, value: unknown, formula: string, from: string): RecordedTree => ({
    path,
    value,
    formula,
    source: from,
  });
  return [
    tree('version', 1, 'version of docs/show.schema.json', 'run'),
    tree('run.blocks', Math.max(0, ...blocks), 'the last block.finished', 'trials'),
    ...(addedBlocks.length > 0
      ? [
          tree(
            'run.addedBlocks.afterBlock',
            addedBlocks[0]!.afterBlock,
            'afterBlock of the first blocks.added',
            'trials',
          ),
          tree(
            'run.addedBlocks.upToBlock',
            addedBlocks.at(-1)!.upToBlock,
            'upToBlock of the last blocks.added',
            'trials',
          ),
        ]
      : []),
    tree('run.currentBatchSize', created.spec.current?.batchSize ?? null, 'current.batchSize of the experiment', 'run'),
    tree('run.current', created.spec.current ?? null, 'current of the experiment', 'run'),
    tree('run.environment', environmentOf(log), 'environment of the newest session', 'sessions'),
    ...(images
      ? [
          tree('run.imageSize', { height: images.height, width: images.width }, 'images.ready', 'models and images'),
          tree(
            'run.images',
            { count: images.count, inRotation: images.inRotation },
            'images.ready',
            'models and images',
          ),
        ]
      : []),
    ...report.run.models.map(({ model }, i) =>
      tree(`run.models[${i}]`, models.get(model), 'model.ready', 'models and images'),
    ),
    ...failed.map((event, i) =>
      tree(
        `run.failedTrials[${i}]`,
        { trial: event.trial, block: startOf(event.trial)?.block },
        'trial.failed',
        'trials',
      ),
    ),
    ...(source
      ? [
          tree('source.parts', source.source.parts, 'parts of source.opened', 'energy source'),
          tree(
            'source.curve',
            source.source.parts.find(({ curve }) => curve)?.curve ?? null,
            'curve of source.opened',
            'energy source',
          ),
        ]
      : []),
    ...(report.run.imported?.evaluations ?? []).flatMap(({ configuration }, i) => {
      const event = imported.get(configuration);
      if (!event) return [];
      const { images: count, stats, yolov7 } = event;
      const path = `run.imported.evaluations[${i}]`;
      return [
        tree(path, { images: count, stats, yolov7 }, 'accuracy.imported', 'accuracy'),
        {
          ...tree(`${path}.paperF1`, harmonicMean(stats[0]!, stats[8]!), '2 · AP · AR ÷ (AP + AR)', 'accuracy'),
          how: 'derived' as const,
        },
      ];
    }),
    ...created.configurations.flatMap(({ id }, i) => {
      const ap = imported.get(id)?.stats[0] ?? -1;
      return ap < 0 ? [] : [tree(`configurations[${i}].accuracy`, ap, 'stats[0] of accuracy.imported', 'accuracy')];
    }),
    ...report.accuracies.flatMap(({ model }, i) => {
      const event = measured.get(model)?.event;
      if (!event) return [];
      const { accuracy, phases } = event;
      return [tree(`accuracies[${i}]`, { accuracy, phases }, 'accuracy.measured', `accuracy of ${model}`)];
    }),
    tree(
      'verdict.marginPercent',
      created.spec.measure.equivalencePercent,
      'measure.equivalencePercent of the experiment',
      'run',
    ),
  ];
}

/** null of what holds no object. */
const harmonicMean = (a: number, b: number): number | null =>
  a < 0 || b < 0 ? null : a + b === 0 ? 0 : (2 * a * b) / (a + b);

function environmentOf({ events }: AuditLog): Record<string, unknown> {
  let environment: Record<string, unknown> = {};
  for (const { event } of events) {
    if (event.type === 'session.started') environment = event.environment;
    if (event.type === 'environment.known') environment = { ...environment, ...event.environment };
  }
  return environment;
}
