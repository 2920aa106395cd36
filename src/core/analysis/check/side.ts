import type { Configuration } from '../../configuration/configuration';
import type { Metric } from '../../metrics/metric';
import { runMean, type RunMean } from '../../statistics/runContrast';
import { lnEdge } from '../../values/edges';
import type { AnalysedRun } from '../analysis';
import type { RunOf } from '../comparison/control';
import { runRepeats } from '../runRepeats';
import { intervalTail } from '../../statistics/confidence';
import { type Alternative, alternativesOf } from '../verdict/alternative';
import { trialValuesOf } from './trialValues';

/** Mean of ln of a metric over the trials of a run; `edge`: half-width in which it is known at worst, however many there are. */
export type Level = Omit<RunMean, 'day'> & { edge: number };

/** What a run tells of its configurations, or what was kept of one. */
export type Side = RunOf & {
  /** What lies outside of an interval on each side, where 2.5 % were asked for: less where the run may have stopped by its own spread. */
  intervalTail: number;
  /** null where it is not known, or not above 0. */
  level(configuration: Configuration, metric: Metric): Level | null;
  /** The same above another configuration's, within blocks where those are known. */
  contrast(configuration: Configuration, reference: Configuration, metric: Metric): Level | null;
  /** ln of each block's value; null where blocks were not kept. */
  blocks(configuration: Configuration, metric: Metric): ReadonlyMap<number, number> | null;
};

export type MeasuredSide = Side & { run: AnalysedRun; alternatives: readonly Alternative[] };

type Values = { byBlock: ReadonlyMap<number, number>; edge: number };

export function sideOf(run: AnalysedRun): MeasuredSide {
  const alternatives = alternativesOf(run.results, run.terms.sla);
  const known = new Map<string, Values | null>();
  const valuesOf = ({ id }: Configuration, metric: Metric): Values | null => {
    const key = `${metric.key} ${id}`;
    if (!known.has(key)) {
      const own = alternatives.find(({ result }) => result.id === id);
      known.set(key, own === undefined ? null : logarithms(own, metric));
    }
    return known.get(key)!;
  };
  return {
    ...{ run, alternatives, report: run.report, results: run.results },
    intervalTail: intervalTail(runRepeats(run.terms)),
    level(configuration, metric) {
      const own = valuesOf(configuration, metric);
      return own && levelOf([...own.byBlock.values()], own.edge);
    },
    contrast(configuration, reference, metric) {
      const [own, other] = [valuesOf(configuration, metric), valuesOf(reference, metric)];
      if (own === null || other === null) return null;
      const both = withinBlocks(own.byBlock, other.byBlock);
      return both.length === 0 ? null : levelOf(both, own.edge + other.edge);
    },
    blocks: (configuration, metric) => valuesOf(configuration, metric)?.byBlock ?? null,
  };
}

/** The first above the second, in each block that both have. */
export function withinBlocks(first: ReadonlyMap<number, number>, second: ReadonlyMap<number, number>): number[] {
  return [...first].flatMap(([block, ln]) => (second.has(block) ? [ln - second.get(block)!] : []));
}

function levelOf(logs: readonly number[], edge: number): Level {
  const { day: _, ...own } = runMean(logs, 0);
  return { ...own, edge };
}

function logarithms(alternative: Alternative, metric: Metric): Values | null {
  const known = trialValuesOf(alternative, metric);
  if (known === null || !known.values.every((value) => value > 0)) return null;
  const { trials } = alternative.result;
  return {
    byBlock: new Map(known.values.map((value, i) => [trials[i]!.block, Math.log(value)])),
    edge: lnEdge(known.values.map((value, i) => ({ value, edge: known.edges[i]! }))),
  };
}
