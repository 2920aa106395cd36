import { ExpectedError } from '../failure/expectedError';
import { listed } from '../statistics/wording';
import type { ProfileRow } from './profileRow';
import type { RunConfig } from './runConfig';

/** A batch size of a variant with its cores. */
export type ProfilePoint = { batch: number; latencySeconds: number; throughput: number };

type ProfiledVariant = {
  variant: string;
  accuracy: number;
  /** By CPU cores; points by batch size, ascending. */
  byCores: ReadonlyMap<number, readonly ProfilePoint[]>;
};

/** What IPA's loader makes of the profiles of a task. */
export type TaskProfile = {
  /** By accuracy, ascending. */
  variants: ProfiledVariant[];
  /** Core counts in the order of the profile. */
  cores: number[];
  notes: string[];
};

type Loaded = Pick<RunConfig, 'reference_latency' | 'reference_throughput' | 'latency_margin' | 'throughput_margin'> & {
  task: string;
  node: string;
  series: number;
  load: number;
  accuracies: ReadonlyMap<string, number>;
};

/**
 * The rows of a task as IPA's loader takes them: of the node and its series, at the profiling load, by the references and with the margins
 * of the run config. Variants without an accuracy are left out, and so is a variant with a number of cores where one latency of it is missing.
 *
 * @throws ExpectedError `pipeline` where nothing is left, with what is there instead
 */
export function taskProfile(rows: readonly ProfileRow[], by: Loaded): TaskProfile {
  const { task, node, series, load, accuracies, reference_latency: latency, reference_throughput: throughput } = by;
  const ofNode = rows.filter((row) => row.node === node && row.series === series);
  const none = (message: string) => new ExpectedError('pipeline', `${task}: ${message}`);
  if (ofNode.length === 0)
    throw none(
      `no profile of node ${node} in series ${series} (profiling_series); the profiles given have ${different(rows.map((row) => `${row.node} in ${row.series}`)) || 'no row'}`,
    );
  const atLoad = ofNode.filter((row) => row.load === load);
  if (atLoad.length === 0)
    throw none(
      `no profile of node ${node} at load ${load} (profiling_load); series ${series} has load ${different(ofNode.map((row) => row.load))}`,
    );
  const known = atLoad.filter((row) => accuracies.has(row.variant));
  const unknown = different(atLoad.filter((row) => !accuracies.has(row.variant)).map((row) => row.variant));
  if (known.length === 0)
    throw none(
      `the accuracies have none of the profiled variants (${unknown}); they have ${different([...accuracies.keys()])}`,
    );
  const lacks = known.find((row) => !(latency in row.latencySeconds) || !(throughput in row.throughput));
  if (lacks) {
    const [what, key, there] =
      latency in lacks.latencySeconds
        ? [`${throughput} throughput`, 'reference_throughput', Object.keys(lacks.throughput)]
        : [`${latency} latency`, 'reference_latency', Object.keys(lacks.latencySeconds)];
    throw none(`${lacks.place} has no ${what} (${key} of the run config); it has ${listed(there)}`);
  }
  refuseTwice(known);
  const points = known.map((row) => ({
    ...row,
    seconds: row.latencySeconds[latency]!,
    perSecond: row.throughput[throughput]!,
  }));
  const isMissing = ({ seconds, perSecond }: (typeof points)[number]) => seconds === null || !(perSecond > 0);
  const keyOf = ({ variant, cores }: ProfileRow) => `${variant} with ${cores === 1 ? '1 core' : `${cores} cores`}`;
  const dropped = new Set(points.filter(isMissing).map(keyOf));
  const kept = points.filter((point) => !dropped.has(keyOf(point)));
  if (kept.length === 0)
    throw none(`no profile at load ${load} has both a ${latency} latency and a ${throughput} throughput`);
  const variants = [...new Set(kept.map((row) => row.variant))].map((variant) => ({
    variant,
    accuracy: accuracies.get(variant)!,
    byCores: pointsByCores(
      kept.filter((row) => row.variant === variant),
      by,
    ),
  }));
  return {
    variants: variants.sort((a, b) => a.accuracy - b.accuracy),
    cores: [...new Set(kept.map((row) => row.cores))],
    notes: [
      ...(unknown === '' ? [] : [`${task}: left out, for they have no accuracy: ${unknown}`]),
      ...(dropped.size === 0
        ? []
        : [`${task}: left out, for a latency or throughput of them is missing: ${listed([...dropped])}`]),
    ],
  };
}

function pointsByCores(
  rows: readonly (ProfileRow & { seconds: number; perSecond: number })[],
  { latency_margin, throughput_margin }: Loaded,
): Map<number, ProfilePoint[]> {
  const found = new Map<number, ProfilePoint[]>();
  for (const { cores, batch, seconds, perSecond } of rows) {
    const point = {
      batch,
      latencySeconds: seconds * ((100 + latency_margin) / 100),
      throughput: perSecond * ((100 + throughput_margin) / 100),
    };
    found.set(cores, [...(found.get(cores) ?? []), point]);
  }
  for (const points of found.values()) points.sort((a, b) => a.batch - b.batch);
  return found;
}

function refuseTwice(rows: readonly ProfileRow[]): void {
  const places = new Map<string, string>();
  for (const { variant, cores, batch, place } of rows) {
    const key = `${variant} at batch ${batch} with ${cores} cores`;
    const before = places.get(key);
    if (before !== undefined)
      throw new ExpectedError('pipeline', `${place} and ${before} both profile ${key}: give only one of them`);
    places.set(key, place);
  }
}

function different(values: readonly (string | number)[]): string {
  const all = [...new Set(values)].map(String);
  return all.length > 12 ? `${all.slice(0, 12).join(', ')}, …` : all.join(', ');
}
