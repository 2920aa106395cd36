/** What stands in a chart besides its series. */
export type Marks = {
  /** Stretches of the x axis. */
  bands: { from: number; to: number; kind: 'idle' | 'load' | 'warmup' | 'window'; label: string }[];
  limits: { axis: 'x' | 'y'; value: number; label: string }[];
  /** Id of the configuration to ring, and its name. */
  chosen: { id: string; label: string } | null;
};
export const noMarks: Marks = { bands: [], limits: [], chosen: null };
