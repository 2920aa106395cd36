import type { Part } from '../energy/source';
import { type AuditRun, underFullLoad } from './auditLog';
import type { DerivedNumbers, Provenance } from './derived';
import { type Rest, restOf, restSummary } from './rests';
import { average, sum } from './simpleStatistics';
import type { CountedTrial } from './trials';

/** The numbers of a run as a whole, derived again from the raw log. */
export function deriveRun(run: AuditRun, trials: readonly CountedTrial[], rests: readonly Rest[]): DerivedNumbers {
  const numbers: DerivedNumbers = new Map();
  const put = (path: string, value: number | null, formula: string, rest: Partial<Provenance> = {}) =>
    numbers.set(`run.${path}`, { value, how: 'derived', formula, source: 'all windows', n: null, ...rest });
  const { spec } = run.created;

  put('sessions', run.sessions.length, 'lines session.started', { source: 'sessions' });
  const all = underFullLoad(run);
  const counted = all.filter(({ started }) => !started.reference);
  const finished = all.filter((trial) => trial.finished !== null && trial.failed === null);
  put(
    'unsteadyTrials',
    counted.filter(({ finished: end }) => end?.event.steady === false).length,
    'trial.finished with steady false, drift checks left out',
    { source: 'trials' },
  );
  deriveRests();
  deriveDriftOfChecks();
  deriveOtherLoad();
  deriveOwnCost();
  return numbers;

  function deriveRests() {
    const from: Partial<Provenance> = { source: 'rests', n: rests.length };
    const summary = restSummary(rests, spec.measure.idleAt === 'blocks');
    if (summary === null) {
      const formula = 'joules ÷ seconds of the last rest';
      if (rests.length > 0) put('idleWatts', rests.at(-1)!.watts, formula, from);
      return;
    }
    put('idleWatts', summary.watts, 'mean over rests of joules ÷ seconds', from);
    put('idle.watts', summary.watts, 'mean over rests of joules ÷ seconds', from);
    put('idle.boundWatts', summary.boundWatts, '2 % that are stated + the edges of the rests', from);
    put('idle.standardWatts', summary.standardWatts, '√(s² ÷ n + bound² ÷ 3) of the rests', from);
    put('idle.edgeWatts', summary.edgeWatts, 'the bound, and t · s ÷ √n where blocks share rests', from);
    summary.windows.forEach(({ beforeBlock, watts }, i) => {
      put(`idle.windows[${i}].watts`, watts, 'joules ÷ seconds of the rest', from);
      put(`idle.windows[${i}].beforeBlock`, beforeBlock, 'beforeBlock of idle.measured', { ...from, how: 'recorded' });
    });
  }

  function deriveDriftOfChecks() {
    const checks = trials.filter(({ trial }) => trial.started.reference);
    const values = checks.map(({ windows }) => average(windows.map((w) => w.plain.joules / w.window.work)));
    const [first, last] = [values[0], values.at(-1)];
    if (values.length < 2 || !first || !last) return;
    put('driftPercent', 100 * (last / first - 1), '100 × (joules per unit of the last drift check ÷ the first − 1)', {
      n: values.length,
    });
  }

  function deriveOtherLoad() {
    const windows = finished.flatMap((trial) => trial.windows.map(({ window }) => window));
    const from = windows.map(({ start }) => start.resumed ?? start);
    const total = sum(windows.map(({ end }, i) => end.totalSeconds - from[i]!.totalSeconds));
    const busy = sum(windows.map(({ end }, i) => end.busySeconds - from[i]!.busySeconds));
    const own = sum(windows.map(({ cpuSeconds, engineCpuSeconds = 0 }) => cpuSeconds + engineCpuSeconds));
    if (total > 0)
      put(
        'otherLoadPercent',
        Math.max(0, (100 * (busy - own)) / total),
        '100 × (busy − cpuSeconds − engineCpuSeconds) ÷ total',
        {
          n: windows.length,
        },
      );
  }

  function deriveOwnCost() {
    const isByBlock = spec.measure.idleAt === 'blocks';
    const windows = trials.flatMap(({ trial, windows: own }) => {
      const rest = restOf(rests, { block: trial.started.block, session: trial.session }, isByBlock);
      return own.map((w) => ({ ...w, rest }));
    });
    const told = windows.filter(({ window }) => window.engineCpuSeconds !== undefined);
    const total = sum(told.map(({ window: { start, end } }) => end.totalSeconds - start.totalSeconds));
    if (!(total > 0)) return;
    const busy = sum(told.map(({ window: { start, end } }) => end.busySeconds - start.busySeconds));
    const dynamic = sum(told.map(({ plain, rest }) => Math.max(0, plain.joules - (rest?.watts ?? 0) * plain.seconds)));
    const perSecond = told.every(({ rest }) => rest !== null) && busy > 0 ? dynamic / busy : null;
    const from: Partial<Provenance> = { n: told.length };
    const cost = (path: string, cpuSeconds: number) => {
      put(`ownCost.${path}cpuPercent`, (100 * cpuSeconds) / total, '100 × its CPU time ÷ that of all CPUs', from);
      if (perSecond !== null)
        put(`ownCost.${path}joules`, cpuSeconds * perSecond, 'its CPU time × joules above rest ÷ busy CPU time', from);
    };
    const secondsOf = (key: 'engineCpuSeconds' | 'samplerCpuSeconds' | 'watchdogCpuSeconds' | 'editorCpuSeconds') =>
      told.every(({ window }) => window[key] !== undefined) ? sum(told.map(({ window }) => window[key]!)) : null;
    const [engine, sampler, watchdog, editor] = [
      secondsOf('engineCpuSeconds')!,
      secondsOf('samplerCpuSeconds'),
      secondsOf('watchdogCpuSeconds'),
      secondsOf('editorCpuSeconds'),
    ];
    const own = engine + (watchdog ?? 0);
    put('ownCost.cpuSeconds', own, 'engineCpuSeconds + watchdogCpuSeconds of the windows', from);
    cost('', own);
    const seconds = sum(told.map(({ plain }) => plain.seconds));
    const joules = sum(told.map(({ plain }) => plain.joules));
    if (perSecond !== null) {
      put('ownCost.watts', (own * perSecond) / seconds, 'its joules ÷ seconds of the windows', from);
      if (joules > 0)
        put(
          'ownCost.energyPercent',
          (100 * own * perSecond) / joules,
          '100 × its joules ÷ all joules of the windows',
          from,
        );
    }
    cost('parts.engine.', sampler === null ? engine : Math.max(0, engine - sampler));
    if (sampler !== null) cost('parts.sampler.', sampler);
    if (watchdog !== null) cost('parts.watchdog.', watchdog);
    if (editor !== null) cost('editor.', editor);
  }
}

/** The numbers of the source as the newest session recorded it. */
export function deriveSource(run: AuditRun): DerivedNumbers {
  const numbers: DerivedNumbers = new Map();
  const parts: readonly Part[] = run.sessions.findLast((session) => session.parts !== null)?.parts?.parts ?? [];
  const put = (path: string, value: number | null, formula: string) =>
    numbers.set(`source.${path}`, { value, how: 'recorded', formula, source: 'energy source', n: null });
  const steps: Readonly<Record<string, number>> = { microjoules: 1, millijoules: 1000 };
  parts.forEach((part, i) => {
    const step = steps[part.unit];
    const range = part.range === null || step === undefined ? null : part.range * step;
    put(`domains[${i}].socket`, part.scope.of === 'socket' ? part.scope.number : null, 'scope.number of the part');
    put(`domains[${i}].rangeMicrojoules`, range, 'range of the part × its unit');
    put(`domains[${i}].limitWatts`, part.limitWatts, 'limitWatts of the part');
  });
  return numbers;
}
