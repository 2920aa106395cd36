/** Colours and manners of the editor's theme, as plain values: a canvas does not understand CSS variables. */
export type Theme = {
  background: string;
  foreground: string;
  /** Of secondary text. */
  faint: string;
  lines: string;
  focus: string;
  /** One for each domain or family of configurations, then for idle and guides. */
  series: string[];
  limit: string;
  chosen: string;
  fontFamily: string;
  fontSize: number;
  /** No fills; dashes and shapes tell series apart. */
  highContrast: boolean;
  reducedMotion: boolean;
};
