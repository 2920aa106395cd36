import type { Configuration } from '../configuration/configuration';
import type { EventOf } from '../run/events';
import type { AuditRun } from './auditLog';
import type { DerivedNumbers, Provenance } from './derived';
import { type Rest, restOf } from './rests';
import { average, type Ends, plainEnds, quantile, ratioEnds, scatter, sum, tBeyond } from './simpleStatistics';
import { type CountedTrial, type CountedWindow, repeatsOf } from './trials';

/** The numbers of one configuration, derived again from the raw log. */

/** z of a percentile of a normal distribution (Hastings 1955 is not enough here): the 95th, to all digits. */
const z95 = 1.6448536269514722;
const fewestFor = { p50: 2, p95: 20, p99: 100 } as const;

export type Shared = { run: AuditRun; trials: readonly CountedTrial[]; rests: readonly Rest[]; tail: number };

export function deriveConfiguration(
  index: number,
  configuration: Configuration,
  { run, trials, rests, tail }: Shared,
  accuracy: { line: number; event: EventOf<'accuracy.measured'> } | null,
): { numbers: DerivedNumbers; windows: CountedWindow[]; repeats: CountedTrial[] } {
  const numbers: DerivedNumbers = new Map();
  const at = `configurations[${index}]`;
  const source = `windows of ${configuration.id}`;
  const repeats = repeatsOf(trials, configuration.id);
  const n = repeats.length;
  const put = (path: string, value: number | null, formula: string, rest: Partial<Provenance> = {}) =>
    numbers.set(`${at}.${path}`, { value, how: 'derived', formula, source, n, ...rest });
  const isByBlock = run.created.spec.measure.idleAt === 'blocks';

  const recorded = (path: string, value: number | null) =>
    put(path, value, `configurations[${index}].${path} of run.created`, { how: 'recorded', source: 'run', n: null });
  recorded('batchSize', configuration.batchSize);
  recorded('instances', configuration.instances ?? 1);
  recorded('threads', configuration.threads);
  put('n', n, 'finished trials with a window that counts, one a block, drift checks left out');

  deriveAccuracy();
  if (n === 0) return { numbers, windows: [], repeats };

  /** Mean over windows of a trial, then a value for each trial. */
  const perTrial = (of: (window: CountedWindow) => number) => repeats.map(({ windows }) => average(windows.map(of)));
  const joules = perTrial((w) => w.plain.joules / w.window.work);
  const edges = perTrial((w) => w.plain.edgeJoules / w.window.work);
  const watts = perTrial((w) => w.plain.joules / w.plain.seconds);
  const rate = perTrial((w) => w.window.work / w.plain.seconds);
  const atRest = repeats.map(({ trial }) =>
    restOf(rests, { block: trial.started.block, session: trial.session }, isByBlock),
  );
  const batches = repeats.map(({ windows }) => windows.flatMap((w) => w.window.batchMs));
  const edgeShares = joules.map((value, i) =>
    edges[i] === 0 ? 0 : value > 0 ? Math.min(0.999, edges[i]! / value) : 0.999,
  );

  const ratio = { text: 't interval of the logarithms', of: ratioEnds };
  const plain = { text: 't interval', of: plainEnds };
  const interval = (
    path: string,
    values: readonly number[],
    formula: string,
    { scale = ratio, edge = 0, isMean = false }: { scale?: typeof ratio; edge?: number; isMean?: boolean } = {},
  ) => {
    const ends: Ends = scale.of(values, tail, edge);
    const endFormula = `${scale.text} over trials, ${100 * tail} % on each side${edge > 0 ? ', with the edges of windows' : ''}`;
    const base = isMean ? `intervals.${path}` : path;
    if (isMean) put(path, average(values), `mean over trials: ${formula}`);
    put(`${base}.mean`, average(values), `mean over trials: ${formula}`);
    put(`${base}.low`, ends.low, endFormula);
    put(`${base}.high`, ends.high, endFormula);
    put(`${base}.n`, values.length, 'trials');
  };

  const perUnit =
    'mean over windows of Σ counted parts (counter at the end − at the start + wraps × range) × unit ÷ work';
  interval('joulesPerUnit', joules, perUnit, { edge: average(edges) });
  const totals = perTrial((w) => (w.plain.totalJoules ?? Number.NaN) / w.window.work);
  if (totals.every(Number.isFinite))
    interval('partlyEstimatedJoulesPerUnit', totals, `${perUnit}, estimated parts too`, { edge: average(edges) });
  if (atRest.every((rest) => rest !== null)) {
    const net = joules.map((value, i) => value - atRest[i]!.watts / rate[i]!);
    const netEdges = edges.map((edge, i) => edge + atRest[i]!.boundWatts / rate[i]!);
    interval('netJoulesPerUnit', net, 'joules per unit − watts at rest ÷ units a second', {
      scale: plain,
      edge: average(netEdges),
    });
  }
  if (joules.every((value) => value > 0)) {
    const inverse = average(joules.map((value, i) => edgeShares[i]! / (1 - edgeShares[i]!) / value));
    interval(
      'unitsPerJoule',
      joules.map((value) => 1 / value),
      '1 ÷ joules per unit',
      { edge: inverse },
    );
  }
  if (batches.every((times) => times.length > 0)) {
    const delay = joules.map((value, i) => (value * average(batches[i]!)) / 1000);
    const edge = average(delay.map((value, i) => edgeShares[i]! * value));
    interval('energyDelayProduct', delay, 'joules per unit × mean batch time', { edge });
  }
  const edgeWatts = average(watts.map((value, i) => value * edgeShares[i]!));
  interval('averageWatts', watts, 'joules of a window ÷ its seconds', { edge: edgeWatts, isMean: true });
  interval('unitsPerSecond', rate, 'work ÷ seconds of a window', { isMean: true });
  // Of a log from elsewhere nobody looked at the CPUs.
  if (repeats.every(({ windows }) => windows.every(isCpuKnown))) {
    const used = perTrial((w) => w.window.cpuSeconds / w.window.work);
    interval('cpuSecondsPerUnit', used, 'cpuSeconds ÷ work of a window', { isMean: true });
    const busy = perTrial((w) => w.plain.utilisation);
    interval('utilisation', busy, 'busy ÷ total CPU time between the edges', { isMean: true });
  }
  const edgePercent = 100 * average(edgeShares);
  if (edgePercent > 0) put('edgePercent', edgePercent, '100 × what edges of windows leave open ÷ joules');
  deriveSpreads();
  deriveBatches();
  derivePhases();
  deriveStates();
  return { numbers, windows: repeats.flatMap(({ windows }) => windows), repeats };

  function deriveAccuracy() {
    if (accuracy === null) return;
    const [ap, from] = [accuracy.event.accuracy.coco.stats[0]!, { source: `accuracy of ${configuration.model}` }];
    if (ap < 0) return;
    put('accuracy', ap, 'accuracy.coco.stats[0] of accuracy.measured', { ...from, how: 'recorded', n: null });
    const { sampling } = accuracy.event;
    if (!sampling) return;
    const known = sampling.replicates.filter((replicate) => replicate >= 0);
    const of = { ...from, n: sampling.images };
    put('accuracyInterval.images', sampling.images, 'sampling.images', { ...of, how: 'recorded' });
    put('accuracyInterval.resamples', sampling.replicates.length, 'number of sampling.replicates', of);
    // So many are needed for an interval (docs/accuracy.md).
    const isEnough = sampling.images >= 10 && known.length >= 50;
    const half = isEnough ? tBeyond(0.025, sampling.images - 1) * sampling.widening * scatter(known) : null;
    const formula = 't of the images × widening × standard deviation of the resamples about the AP';
    put('accuracyInterval.low', half === null ? null : Math.max(0, ap - half), formula, of);
    put('accuracyInterval.high', half === null ? null : Math.min(1, ap + half), formula, of);
  }

  function deriveSpreads() {
    const percent = (values: readonly number[]) =>
      values.length < 2 || average(values) === 0 ? null : (100 * scatter(values)) / Math.abs(average(values));
    put('betweenTrialSpreadPercent', percent(joules), '100 × standard deviation ÷ mean of the trials’ joules per unit');
    const within = repeats
      .map(({ windows }) => percent(windows.map((w) => w.plain.joules / w.window.work)))
      .filter((value) => value !== null);
    if (within.length > 0)
      put(
        'withinTrialSpreadPercent',
        Math.sqrt(average(within.map((value) => value * value))),
        'root mean square over trials of the coefficient of variation of their windows',
      );
    const ownMeans = repeats.map(({ windows }) => windows.map(processMeans));
    const isTold = ownMeans.every((of) => of.every((means) => means.length === of[0]!.length && means.length > 1));
    if (!isTold) return;
    const spreads = ownMeans.map((of) => {
      const means = of[0]!.map((_, i) => average(of.map((each) => each[i]!)));
      return average(means) > 0 ? (100 * (Math.max(...means) - Math.min(...means))) / average(means) : null;
    });
    if (spreads.every((spread) => spread !== null))
      interval('instanceSpreadPercent', spreads, '100 × (slowest − fastest process) ÷ mean batch time');
  }

  function deriveBatches() {
    const all = batches.flat();
    if (all.length === 0) return;
    const of = { n: all.length };
    for (const [name, percent] of [
      ['p50', 50],
      ['p95', 95],
      ['p99', 99],
    ] as const) {
      const value = all.length < fewestFor[name] ? null : quantile(all, percent);
      put(`batchLatencyMs.${name}`, value, `${percent} % of all batchMs of the windows lie below`, of);
    }
    put(
      'batchLatencyMs.max',
      all.reduce((a, b) => Math.max(a, b)),
      'largest of all batchMs of the windows',
      of,
    );
    if (n < 2 || all.length < fewestFor.p95 || batches.some((times) => times.length < 10)) return;
    const own = batches.map((times) => Math.log(quantile(times, 95)));
    // Of times that are not above 0 there is no logarithm, and no interval.
    if (!own.every(Number.isFinite)) return;
    const half = tBeyond(tail, n - 1) * scatter(own) * Math.sqrt((1 + ((z95 * z95) / 2) * (n / (n - 1))) / n);
    const formula = 'about p95 by the spread of the trials’ own (docs/statistics.md)';
    put('batchLatencyMs.p95Interval.low', quantile(all, 95) * Math.exp(-half), formula);
    put('batchLatencyMs.p95Interval.high', quantile(all, 95) * Math.exp(half), formula);
  }

  function derivePhases() {
    const first = repeats[0]!.windows[0]!.phases;
    // Of windows whose phases are not alike the program has its own rule.
    if (first.length === 0 || repeats.some(({ windows }) => windows.some((w) => w.phases.length !== first.length)))
      return;
    first.forEach(({ phase }, i) => {
      const joulesIn = perTrial((w) => (w.plain.joules * w.phases[i]!.share) / w.window.work);
      interval(`phases[${i}].joulesPerUnit`, joulesIn, `joules × share of ${phase} by its counters ÷ work`);
      interval(
        `phases[${i}].msPerUnit`,
        perTrial((w) => w.phases[i]!.ms / w.window.work),
        `ms of ${phase} ÷ work`,
      );
    });
  }

  function deriveStates() {
    const edgesOf = ({ windows }: CountedTrial) =>
      windows.flatMap(({ window: { state } }) => (state ? [state.start, state.end] : []));
    const overTrials = (path: string, of: (trial: CountedTrial) => number | null, formula: string) => {
      const values = repeats.map(of).filter((value) => value !== null);
      if (values.length > 0) put(`state.${path}`, average(values), formula, { n: values.length });
    };
    const meanOf = (values: readonly (number | null | undefined)[]) => {
      const told = values.filter((value) => value != null);
      return told.length > 0 ? average(told) : null;
    };
    const hottest = (packages: { celsius: number | null }[]) => {
      const told = packages.map(({ celsius }) => celsius).filter((value) => value !== null);
      return told.length > 0 ? Math.max(...told) : null;
    };
    overTrials(
      'celsius',
      (t) => meanOf(edgesOf(t).map((edge) => hottest(edge.packages))),
      'mean of the hottest socket at the edges',
    );
    overTrials(
      'megahertz',
      (t) => meanOf(edgesOf(t).map(({ frequency }) => frequency?.meanMhz)),
      'mean frequency at the edges',
    );
    for (const [key, path] of [
      ['stealSeconds', 'stealPercent'],
      ['guestSeconds', 'guestPercent'],
    ] as const)
      overTrials(path, (t) => shareOf(t, key), `100 × ${key} between the edges ÷ CPU time of the windows`);
  }

  function shareOf({ windows }: CountedTrial, key: 'stealSeconds' | 'guestSeconds'): number | null {
    const told = windows.flatMap(({ window: { start, end, state } }) => {
      const [from, to] = [state?.start[key], state?.end[key]];
      return from == null || to == null || to < from
        ? []
        : [{ used: to - from, of: end.totalSeconds - start.totalSeconds }];
    });
    const all = sum(told.map(({ of }) => of));
    return all > 0 ? Math.min(100, (100 * sum(told.map(({ used }) => used))) / all) : null;
  }
}

const isCpuKnown = ({ window: { start, end } }: CountedWindow): boolean =>
  end.totalSeconds > (start.resumed ?? start).totalSeconds;

/** Mean batch time of each process, whose times stand one behind the other; none where one ended no batch. */
function processMeans({ window: { batchMs, instances = [] } }: CountedWindow): number[] {
  let from = 0;
  const means = instances.map(({ kept }) => average(batchMs.slice(from, (from += kept))));
  return means.every(Number.isFinite) ? means : [];
}
