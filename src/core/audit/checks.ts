import type { Reading } from '../energy/source';
import type { AuditLog, AuditRun, NumberedSample } from './auditLog';
import { rangesOf } from './derived';

/**
 * Whether a log agrees with itself: what is recorded twice is compared, and what is numbered has no gap. So a line that is lost and a
 * counter that was changed show where nothing outside the log tells.
 */

/** `problem`: the log contradicts itself. `note`: what a reader may want to know. */
export type Finding = { level: 'problem' | 'note'; check: string; place: string; message: string };

const events = (line: number) => `events.jsonl:${line}`;
const power = (line: number) => `power.jsonl:${line}`;

export function checkLog(log: AuditLog, run: AuditRun): Finding[] {
  return [
    ...checkTrials(run),
    ...checkBlocks(log),
    ...checkModels(log),
    ...checkCounters(log, run),
    ...checkTime(log),
    ...checkLines(log),
  ];
}

/** Every reader passes such lines over, so that their samples are lost. */
function checkLines({ unreadable }: AuditLog): Finding[] {
  return rangesOf(unreadable).map(([first, last]) => ({
    level: 'problem',
    check: 'lines',
    place: first === last ? power(first) : `${power(first)}–${last}`,
    message: first === last ? 'the line is no sample' : `${last - first + 1} lines are no samples`,
  }));
}

/** Trials are numbered from 1 on, each ends, and each that finished has all windows that the experiment asks for. */
function checkTrials(run: AuditRun): Finding[] {
  const found: Finding[] = [];
  const problem = (line: number, message: string) =>
    found.push({ level: 'problem', check: 'trials', place: events(line), message });
  let before = 0;
  run.sessions.forEach(({ line, session }, i) => {
    if (session !== i + 1) problem(line, `session ${session} follows session ${i}: a line session.started is missing`);
  });
  run.trials.forEach((trial, i) => {
    const { started, line, windows, finished, failed, session } = trial;
    if (started.trial !== before + 1)
      problem(line, `trial ${started.trial} follows trial ${before}: a line trial.started is missing`);
    before = started.trial;
    const next = run.trials[i + 1];
    const isLastOfSession = next === undefined || next.session !== session;
    // The last one of a session may have been interrupted.
    if (finished === null && failed === null && !isLastOfSession)
      problem(
        line,
        `trial ${started.trial} neither finished nor failed, and trial ${next.started.trial} began in the same session`,
      );
    windows.forEach(({ line: at, window: { window: number } }, i) => {
      const earlier = windows[i - 1]?.window.window;
      if (earlier !== undefined && number !== earlier + 1)
        problem(
          at,
          `window ${number} of trial ${started.trial} follows window ${earlier}: a line trial.window is missing`,
        );
    });
    const asked = started.paced ? 1 : windowsAsked(run);
    if (finished !== null && failed === null && windows.length < asked)
      problem(
        finished.line,
        `trial ${started.trial} finished with ${windows.length} of ${asked} windows: a line trial.window is missing`,
      );
  });
  return found;
}

const windowsAsked = ({ created }: AuditRun): number => created.spec.measure.windows;

/** Blocks end in their order. */
function checkBlocks(log: AuditLog): Finding[] {
  const ended = log.events.flatMap(({ line, event }) =>
    event.type === 'block.finished' ? [{ line, block: event.block }] : [],
  );
  return ended.flatMap(({ line, block }, i): Finding[] => {
    const before = ended[i - 1]?.block ?? 0;
    if (block <= before + 1) return [];
    const message = `block ${block} finished after block ${before}: a line block.finished is missing`;
    return [{ level: 'problem', check: 'blocks', place: events(line), message }];
  });
}

/** A model has one hash, in all sessions, and as it is an .onnx that of its file. */
function checkModels(log: AuditLog): Finding[] {
  const first = log.events[0]?.event;
  const files = new Map(first?.type === 'run.created' ? (first.sourceFiles ?? []).map((f) => [f.path, f.sha256]) : []);
  const known = new Map<string, { line: number; sha256: string }>();
  return log.events.flatMap(({ line, event }): Finding[] => {
    if (event.type !== 'model.ready') return [];
    const { model, sha256 } = event;
    const before = known.get(model);
    known.set(model, { line, sha256 });
    const differs = (place: string): Finding => ({
      ...{ level: 'problem', check: 'models', place: events(line) },
      message: `${model} has another sha256 here than ${place}`,
    });
    if (before && before.sha256 !== sha256) return [differs(`in ${events(before.line)}`)];
    const name = model.replace(/^\.\//, '');
    const file = [...files].find(([path]) => path.endsWith(`/${name}`) || path === model);
    return /\.onnx$/i.test(model) && file && file[1] !== sha256 ? [differs(`its file in ${events(1)}`)] : [];
  });
}

/** The clock of the log does not run back within a session. */
function checkTime(log: AuditLog): Finding[] {
  const found: Finding[] = [];
  for (const [session, samples] of log.samples)
    samples.forEach(({ line, reading }, i) => {
      const before = samples[i - 1];
      if (!before) return;
      const ms = reading.monotonicMs - before.reading.monotonicMs;
      if (ms < 0)
        found.push({
          level: 'problem',
          check: 'time',
          place: power(line),
          message: `a sample of session ${session} is older than the one before`,
        });
      else if (ms > longestGapMs)
        found.push({
          level: 'note',
          check: 'gaps',
          place: power(line),
          message: `no sample for ${(ms / 1000).toFixed(1)} s before this one`,
        });
    });
  return found;
}

/** Samples come every 100 ms; a busy machine is late now and then. */
const longestGapMs = 1000;
/** A reader may be held up between clock and counter: so long the counter may be ahead of, or behind, what others read. */
const slackMs = 50;

/**
 * Counters only rise, but for wraps; and what a trial read at an edge lies between what the sampler read just before and just
 * after it.
 */
function checkCounters(log: AuditLog, run: AuditRun): Finding[] {
  const found: Finding[] = [];
  for (const { session, parts: opened, idles } of run.sessions) {
    const samples = log.samples.get(session) ?? [];
    const parts = opened?.parts ?? [];
    parts.forEach((part, index) => {
      // A count from when a process opened it says nothing to that of another process; of CPU time the curve speaks.
      if (part.fromOpening || part.printed || part.curve) return;
      const watts = highestRise(samples, index, part.range);
      const least = { of: part.id, range: part.range, slack: watts * slackMs };
      samples.forEach(({ line, reading }, i) => {
        const [before, now] = [samples[i - 1]?.reading.counters[index] ?? null, reading.counters[index] ?? null];
        if (before === null || now === null || !falls(before, now, least)) return;
        const ms = reading.monotonicMs - samples[i - 1]!.reading.monotonicMs;
        // In so long a time it may have turned over: nobody can tell.
        if (part.range !== null && ms * watts > part.range / 2) return;
        const message = `${part.id} fell from ${before} to ${now}, which is no wrap`;
        found.push({ level: 'problem', check: 'counters', place: power(line), message });
      });
      const edges = [
        ...idles.flatMap(({ line, idle }) => edgesOf(line, 'rest', idle)),
        ...run.trials
          .filter((trial) => trial.session === session)
          .flatMap(({ windows }) => windows.flatMap(({ line, window }) => edgesOf(line, 'window', window))),
      ];
      for (const { line, name, reading } of edges) {
        const counter = reading.counters[index] ?? null;
        const around = neighbours(samples, reading.monotonicMs);
        if (counter === null || around === null) continue;
        const [low, high] = [around[0].reading.counters[index] ?? null, around[1].reading.counters[index] ?? null];
        if (low === null || high === null || isBetween(counter, low, high, least)) continue;
        const message = `${part.id} at the ${name} is ${counter}, but was ${low} and ${high} just before and after (${power(around[0].line)} and ${around[1].line})`;
        found.push({ level: 'problem', check: 'counters', place: events(line), message });
      }
    });
  }
  return found;
}

const edgesOf = (line: number, of: string, { start, end }: { start: Reading; end: Reading }) => [
  { line, name: `start of the ${of}`, reading: start },
  { line, name: `end of the ${of}`, reading: end },
];

type Limits = { range: number | null; slack: number };

/** By more than can come of readings that changed places, and not by a wrap. */
function falls(before: number, now: number, { range, slack }: Limits): boolean {
  const fall = before - now;
  return fall > slack && !(range !== null && fall > range / 2);
}

/** Modulo a wrap between the two. */
function isBetween(counter: number, low: number, high: number, { range, slack }: Limits): boolean {
  const turned = (value: number) => (range !== null && low - value > range / 2 ? value + range : value);
  const top = turned(high);
  return [counter, ...(range === null ? [] : [counter + range, counter - range])].some(
    (value) => value >= low - slack && value <= top + slack,
  );
}

/** Steps of the counter per millisecond, the most that two samples in a row show. */
function highestRise(samples: readonly NumberedSample[], index: number, range: number | null): number {
  const rises = samples.flatMap(({ reading }, i) => {
    const before = samples[i - 1]?.reading;
    const [from, to] = [before?.counters[index] ?? null, reading.counters[index] ?? null];
    if (!before || from === null || to === null) return [];
    const rise = to - from + (range !== null && from - to > range / 2 ? range : 0);
    // In a gap as long as its clock was off a rise says little.
    const ms = Math.max(50, reading.monotonicMs - before.monotonicMs);
    return rise > 0 ? [rise / ms] : [];
  });
  // Of the nine tenths that are lower: one that is changed must not make room for itself.
  const inOrder = Float64Array.from(rises).sort();
  return inOrder.length === 0 ? Number.POSITIVE_INFINITY : 2 * inOrder[Math.floor(0.9 * (inOrder.length - 1))]!;
}

/** The samples before and after a moment; null where there is none on a side, or they lie far apart. */
function neighbours(samples: readonly NumberedSample[], ms: number): [NumberedSample, NumberedSample] | null {
  let [low, high] = [0, samples.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (samples[middle]!.reading.monotonicMs > ms) high = middle;
    else low = middle + 1;
  }
  const [before, after] = [samples[low - 1], samples[low]];
  if (!before || !after || after.reading.monotonicMs - before.reading.monotonicMs > longestGapMs) return null;
  return [before, after];
}
