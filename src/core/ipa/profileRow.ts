/** What IPA may take of the latencies of an experiment; `var` is no latency, and is not read. */
export const latencyReferences = ['p99', 'p95', 'p50', 'avg', 'max', 'min'] as const;
export const throughputReferences = ['max', 'avg', 'min', 'p50', 'p95', 'p99'] as const;
export type LatencyReference = (typeof latencyReferences)[number];
type ThroughputReference = (typeof throughputReferences)[number];

/** One experiment of a profiling series: a variant with its cores and batch size under a load. */
export type ProfileRow = {
  series: number;
  /** The node (`model_name` of a run config). */
  node: string;
  variant: string;
  /** CPU cores of the one replica. */
  cores: number;
  batch: number;
  /** Requests a second that were sent. */
  load: number;
  /** Seconds of a batch in the model, by what is taken of them. null: no request was answered, or the cell is empty. */
  latencySeconds: { [Reference in LatencyReference]?: number | null };
  /** Requests a second that were answered. */
  throughput: { [Reference in ThroughputReference]?: number | null };
  /** `file:line`. */
  place: string;
};
