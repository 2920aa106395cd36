import { configurationLabels, sentenceCase } from '../../configuration/label';
import { publishedPoints } from '../../paper/published';
import type { Interval } from '../../statistics/interval';
import type { Known } from '../../statistics/known';
import { mean } from '../../statistics/statistics';
import { describeChange, describePercent, shownEnds } from '../../statistics/wording';
import { idleHalfWidth } from '../../values/idleBaseline';
import { joulesPer } from '../../words/unitOfWork';
import type { Table } from '../../words/table';
import { describeNumber } from '../../words/units';
import type { AnalysedRun, Analysis } from '../analysis';
import { runRepeats } from '../runRepeats';
import { summarise } from '../verdict/summary';
import { type Proportionality, proportionalitySchema } from './proportionalitySchema';

export type ProportionalitySet = Proportionality['sets'][number];
type Result = Pick<Proportionality, 'sets'>;
type Configuration = ProportionalitySet['configurations'][number];

/**
 * Energy proportionality (Barroso & Hölzle 2007): how much of the power at work the machine draws at rest as well, what a unit of
 * work costs besides, and how that goes with the batch size. Without a run: what the published points tell of it.
 */
export const proportionalityAnalysis: Analysis<readonly AnalysedRun[], Result> = {
  id: 'paper-proportionality',
  title: 'Energy proportionality',
  schema: proportionalitySchema,
  run: (runs) => ({ sets: runs.length > 0 ? runs.map(proportionalityOf) : [ofPaper()] }),
  json: (result): Proportionality => ({ version: 1, ...result, sentence: sentenceOf(result) }),
  sentence: sentenceOf,
  table: tableOf,
  notes: notesOf,
};

/** Of one run. */
export function proportionalityOf({ report: { run }, results, terms }: AnalysedRun): ProportionalitySet {
  const labels = configurationLabels(results);
  const isAlone = results.filter(({ skipped }) => skipped === null).length === 1;
  const configurations = results.flatMap((result): Configuration[] => {
    if (result.trials.length === 0) return [];
    const summary = summarise({ result, requests: [], isAlone }, { repeats: runRepeats(terms), unit: terms.unit });
    const { joulesPerUnit, netJoulesPerUnit, intervals, utilisation, n } = summary;
    const joules = joulesPerUnit!.mean;
    const dynamic = netJoulesPerUnit;
    return [
      {
        ...{ label: sentenceCase(labels.get(result.id) ?? result.id), batchSize: result.batchSize, n },
        ...{ watts: shown(intervals!.averageWatts), utilisation, joulesPerUnit: joules },
        idleJoulesPerUnit: dynamic && joules - dynamic.mean,
        dynamicJoulesPerUnit: dynamic && shown(dynamic),
        idleShare: dynamic && (joules - dynamic.mean) / joules,
      },
    ];
  });
  const highest = configurations.reduce<Configuration | null>(
    (most, each) => (most === null || isHigher(each, most) ? each : most),
    null,
  );
  const { idleWatts, idle } = run;
  const half = idle ? idleHalfWidth(idle) : null;
  return {
    ...{ name: run.name, published: false, estimated: terms.estimated, unit: terms.unit, configurations },
    idleWatts:
      idleWatts === null
        ? null
        : { value: idleWatts, low: half && Math.max(0, idleWatts - half), high: half && idleWatts + half },
    highest: highest && { label: highest.label, watts: highest.watts.value, utilisation: highest.utilisation },
    dynamicRange: idleWatts === null || !highest ? null : 1 - idleWatts / highest.watts.value,
    proportionality: idleWatts === null ? null : indexOf(idleWatts, configurations),
    missing:
      idleWatts === null
        ? 'without an idle baseline (measure.idleSeconds) nothing tells which part of a joule the machine draws at rest, nor what a unit of work costs besides'
        : null,
  };
}

/** By use of the CPUs; by power where nobody looked at that. */
function isHigher(a: Configuration, b: Configuration): boolean {
  const [useOfA, useOfB] = [a.utilisation ?? 0, b.utilisation ?? 0];
  return useOfA === useOfB ? a.watts.value > b.watts.value : useOfA > useOfB;
}

function shown(interval: Interval): Known {
  const ends = shownEnds(interval);
  return { value: interval.mean, low: ends?.low ?? null, high: ends?.high ?? null };
}

/** The area under power by trapezoids from rest to the highest utilisation that was measured; null where none was above 0. */
function indexOf(idleWatts: number, configurations: readonly Configuration[]): number | null {
  const uses = [...new Set(configurations.map((c) => c.utilisation ?? 0))]
    .filter((use) => use > 0)
    .sort((a, b) => a - b);
  if (uses.length === 0) return null;
  const wattsAt = (use: number) => mean(configurations.filter((c) => c.utilisation === use).map((c) => c.watts.value));
  const points = [{ use: 0, watts: idleWatts }, ...uses.map((use) => ({ use, watts: wattsAt(use) }))];
  const last = points.at(-1)!;
  const area = points
    .slice(1)
    .reduce((sum, { use, watts }, i) => sum + ((use - points[i]!.use) * (watts + points[i]!.watts)) / 2, 0);
  const ideal = (last.use * last.watts) / 2;
  return 1 - (area - ideal) / ideal;
}

/** Experiment 2: neither rest nor use of the CPUs is published; energy of the process ÷ time of inference bounds the mean power. */
function ofPaper(): ProportionalitySet {
  return {
    ...{ name: 'published, experiment 2', published: true, estimated: false, unit: 'image' },
    ...{ idleWatts: null, highest: null, dynamicRange: null, proportionality: null },
    configurations: publishedPoints('exp2').map((p) => ({
      ...{ label: `Batch ${p.batchSize}`, batchSize: p.batchSize, n: 1, joulesPerUnit: p.joulesPerImage },
      watts: { value: p.joulesPerImage / (p.latencyMsPerImage / 1000), low: null, high: null },
      ...{ utilisation: null, idleJoulesPerUnit: null, dynamicJoulesPerUnit: null, idleShare: null },
    })),
    missing:
      'the paper measured neither the machine at rest nor the use of its CPUs, so how much of a joule is of the machine at rest cannot be told',
  };
}

function sentenceOf({ sets }: Result): string {
  return sets.map((set) => (sets.length > 1 ? `${set.name}: ` : '') + paragraphOf(set)).join(' ');
}

/** What a set says of itself, in a few sentences made from its numbers. */
export function paragraphOf(set: ProportionalitySet): string {
  const { configurations, idleWatts, highest, dynamicRange, proportionality, missing, unit, published } = set;
  if (configurations.length === 0) return 'Nothing was measured yet.';
  if (published) return publishedParagraph(set);
  const use = highest!.utilisation;
  const atUse = use === null ? '' : ` at ${describePercent(100 * use)} of the CPU time`;
  const ofHighest = `${describeNumber(highest!.watts)} W${atUse} (${highest!.label})`;
  const head = use === null ? 'The highest power is' : 'Power at the highest use is';
  if (idleWatts === null) return `${head} ${ofHighest}; ${missing}.`;
  const known = configurations.filter((c) => c.dynamicJoulesPerUnit !== null);
  const share = describeNumber((100 * idleWatts.value) / highest!.watts, 2);
  const index = proportionality === null ? '' : `, its proportionality ${proportionality.toFixed(2)}`;
  const atRest = `At rest the machine draws ${describeNumber(idleWatts.value)} W, ${share} % of the ${ofHighest}: its dynamic range is ${dynamicRange!.toFixed(2)}${index}, where 1 is power in proportion to load.`;
  return known.length === 0 ? atRest : `${atRest} ${dynamicText(known, unit)}`;
}

/** How much of a joule is of the machine at rest, and what work costs besides. */
function dynamicText(known: readonly Configuration[], unit: string): string {
  const shares = known.map((c) => 100 * c.idleShare!);
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map((percent) => describePercent(percent));
  const share = least === most ? least! : `${least!.replace(' %', '')} to ${most}`;
  const byDynamic = known.toSorted((a, b) => a.dynamicJoulesPerUnit!.value - b.dynamicJoulesPerUnit!.value);
  const text = (c: Configuration) => `${describeNumber(c.dynamicJoulesPerUnit!.value)} ${joulesPer(unit)} (${c.label})`;
  const [low, high] = [byDynamic[0]!, byDynamic.at(-1)!];
  const dynamic = low === high ? text(low) : `${text(low)} to ${text(high)}`;
  return `Of each joule ${share} is what the machine draws at rest anyway; its dynamic energy, what work costs besides, is ${dynamic}.`;
}

/** Bounds of power, and that they do not tell power itself. */
function publishedParagraph({ configurations, missing }: ProportionalitySet): string {
  const [first, last] = [configurations[0]!, configurations.at(-1)!];
  const percent = (of: (c: Configuration) => number) => describeChange(100 * (of(last) / of(first) - 1));
  const watts = (c: Configuration) => `${describeNumber(c.watts.value)} W`;
  return `In the published points power is at most ${watts(first)} at ${first.label.toLowerCase()} and ${watts(last)} at ${last.label.toLowerCase()} (${percent((c) => c.watts.value)}), and energy per image changes by ${percent((c) => c.joulesPerUnit)}. Whether power itself changes is not told by these bounds. Nor is proportionality: ${missing}.`;
}

function tableOf({ sets }: Result): Table {
  const unit = sets[0]?.unit ?? 'image';
  const joules = joulesPer(unit);
  const several = sets.length > 1;
  const percent = (share: number | null) => (share === null ? null : 100 * share);
  return {
    columns: [
      ...(several ? ['run'] : []),
      ...['configuration', 'W', 'CPU %', joules, `of that idle ${joules}`, `dynamic ${joules}`, 'idle %', 'n'],
    ],
    rows: sets.flatMap(({ name, configurations, idleWatts }) => [
      ...(idleWatts
        ? [[...(several ? [name] : []), 'at rest', idleWatts.value, null, null, null, null, 100, null]]
        : []),
      ...configurations.map((c) => [
        ...(several ? [name] : []),
        ...[c.label, c.watts.value, percent(c.utilisation), c.joulesPerUnit, c.idleJoulesPerUnit],
        ...[c.dynamicJoulesPerUnit?.value ?? null, percent(c.idleShare), `${c.n}`],
      ]),
    ]),
  };
}

function notesOf({ sets }: Result): string[] {
  return sets.flatMap((set) => notesOfSet(set).map((note) => (sets.length > 1 ? `${set.name}: ${note}` : note)));
}

/** What a reader must know of a set's numbers. */
export function notesOfSet({ published, estimated, idleWatts, configurations }: ProportionalitySet): string[] {
  if (published)
    return [
      'Power is bounded by energy of the whole process ÷ time of inference. What else the process did (start-up, loading, NMS, evaluation) is in the energy alone, and raises the bound more where inference is shorter.',
    ];
  const uses = configurations.map((c) => c.utilisation).filter((use) => use !== null);
  return [
    ...(estimated
      ? ['Watts are estimated from the CPU time in use: this shows the curve of the estimate, not the machine.']
      : []),
    ...(idleWatts === null || uses.length === 0
      ? []
      : [
          'Dynamic range: 1 − power at rest ÷ power at the highest use of the CPUs that was measured (Barroso & Hölzle 2007). Proportionality: 1 − the area between power and a line through 0, over the area below that line (Ryckbosch, Polfliet & Eeckhout 2011), up to the highest use that was measured.',
          `Between rest and ${describePercent(100 * Math.min(...uses))} of the CPU time nothing was measured: power is taken as a straight line there.`,
        ]),
    'Power is that of the counters that are added, not of the whole machine: fans, disks and losses of the supply are in none.',
  ];
}
