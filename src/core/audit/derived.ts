/** Where a number of `show --json` comes from. */
export type Provenance = {
  /**
   * `derived`: again from the raw log, by the plain formulas of src/core/audit; `recorded`: it stands in the log as it is; `same-code`: it
   * comes of a robust model, a simulation or a rule, and is computed again by the program's own code.
   */
  how: 'derived' | 'recorded' | 'same-code';
  formula: string;
  /** Key of `sources`: which lines of which file. */
  source: string;
  /** Values behind it: trials, windows, batches or images. */
  n: number | null;
};

export type DerivedNumber = Provenance & { value: number | null };

/** Numbers of a report by their path in it, `configurations[0].joulesPerUnit.mean`. */
export type DerivedNumbers = Map<string, DerivedNumber>;

/** Lines of a file, as ranges from the first to the last, both with. */
export type LinesOf = { file: 'events.jsonl' | 'power.jsonl'; lines: [first: number, last: number][] };

/** Neighbouring line numbers as ranges. */
export function rangesOf(lines: readonly number[]): [first: number, last: number][] {
  const ranges: [number, number][] = [];
  for (const line of [...new Set(lines)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] === line - 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges;
}
