/** What stands in a chart besides its series. */
export type Marks = {
  /** Stretches of the x axis. */
  bands: { from: number; to: number; kind: 'idle' | 'heat' | 'load' | 'warmup' | 'window'; label: string }[];
  /** Frames of small plots: stretches of x in the row of a y axis, each under its title. */
  panels: { title: string; axis: string; from: number; to: number }[];
  limits: { axis: 'x' | 'y'; value: number; label: string }[];
  /** Id of the configuration to ring, and its name. */
  chosen: { id: string; label: string } | null;
};
export const noMarks: Marks = { bands: [], panels: [], limits: [], chosen: null };
