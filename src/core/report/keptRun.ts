import * as z from 'zod';
import { latencyPercentile } from '../budget/limitedMetrics';
import { type Configuration, configurationSchema } from '../configuration/configuration';
import { partSchema } from '../energy/source';
import type { Metric } from '../metrics/metric';
import { reportSchema } from './reportSchema';
import { intervalSchema } from '../statistics/interval';
import { tCritical } from '../statistics/studentT';
import type { Level, Side } from '../analysis/check/side';

/**
 * A run of which only the JSON of `greenbatch show --json` was kept: means with their intervals, and no blocks. Read so far as a
 * baseline needs it; what other versions of the program have more or less of stands in nobody's way.
 */

const { id, name, folder, status, createdAt, program, workload, scope, pin, imageSize, rect, images, ...rest } =
  reportSchema.shape.run.shape;
const { models, idleWatts, driftPercent, drift, otherLoadPercent, unsteadyTrials, warnings, environment } = rest;
const { powerChangedTrials, state, filtering, surroundings } = rest;

const kept = z.object({
  version: reportSchema.shape.version,
  run: z.object({
    ...{ id, name, folder, status, createdAt, program, workload, scope, pin, imageSize, rect, images },
    ...{ models, idleWatts, driftPercent, drift, otherLoadPercent, unsteadyTrials, warnings, environment },
    ...{ powerChangedTrials, state, filtering: filtering.optional(), surroundings },
  }),
  source: z.object({ parts: z.array(partSchema), missing: z.array(z.string()).default([]) }).nullable(),
  configurations: z.array(
    z.looseObject({
      ...configurationSchema.shape,
      n: z.int().min(0),
      intervals: z.record(z.string(), z.unknown()).nullable().default(null),
      batchLatencyMs: z.looseObject({}).nullable().default(null),
      requestLatencyMs: z.looseObject({}).nullable().default(null),
    }),
  ),
});

type Kept = z.output<typeof kept>;
type KeptConfiguration = Kept['configurations'][number];

/** @returns null where the text is no such JSON; `problem`: what is wrong with it */
export function parseKeptRun(text: string): { side: Side } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `it is no JSON: ${(error as Error).message}` };
  }
  const parsed = kept.safeParse(value);
  if (parsed.success) return { side: sideOfKept(parsed.data) };
  const [issue] = parsed.error.issues;
  return { problem: `it is not what "greenbatch show --json" prints: ${issue!.path.join('.')}: ${issue!.message}` };
}

function sideOfKept({ run, source, configurations }: Kept): Side {
  const of = ({ id }: Configuration) => configurations.find((one) => one.id === id) ?? null;
  const level = (configuration: Configuration, metric: Metric) => {
    const own = of(configuration);
    return own && levelOf(own, metric);
  };
  return {
    report: { run, source },
    results: configurations,
    // Its interval has been made wider already where that was due.
    intervalTail: plainTail,
    level,
    contrast(configuration, reference, metric) {
      const [own, other] = [level(configuration, metric), level(reference, metric)];
      if (own === null || other === null) return null;
      // What a block does to both has not been kept: it counts twice.
      return {
        value: own.value - other.value,
        variance: own.variance + other.variance,
        n: Math.min(own.n, other.n),
        edge: own.edge + other.edge,
      };
    },
    blocks: () => null,
  };
}

const plainTail = 0.025;
const ends = z.object({ low: z.number().positive(), high: z.number().positive() });

/** By the interval that was kept: a run that may have stopped early has a wider one than its spread, which is no harm. */
function levelOf(configuration: KeptConfiguration, metric: Metric): Level | null {
  const known = intervalOf(configuration, metric);
  if (known === null || known.n < 2 || known.high < known.low) return null;
  const [low, high] = [Math.log(known.low), Math.log(known.high)];
  const standardError = (high - low) / 2 / tCritical(plainTail, known.n - 1);
  return { value: (low + high) / 2, variance: standardError ** 2, n: known.n, edge: 0 };
}

function intervalOf(c: KeptConfiguration, metric: Metric): { low: number; high: number; n: number } | null {
  const own = latencyPercentile(metric);
  const found =
    own === null
      ? (intervalSchema.safeParse(c[metric.key]).data ?? intervalSchema.safeParse(c.intervals?.[metric.key]).data)
      : own.of === 'batch'
        ? own.percent === 95 && c.batchLatencyMs?.p95Interval
        : requestInterval(c, own.percent);
  const parsed = ends.safeParse(found);
  return parsed.success ? { ...parsed.data, n: c.n } : null;
}

/** Kept of the percentile alone that the service level names. */
function requestInterval({ requestLatencyMs }: KeptConfiguration, percent: number): unknown {
  const at = requestLatencyMs?.atPercentile as { percentile?: unknown } | undefined;
  return at?.percentile === percent ? at : null;
}
