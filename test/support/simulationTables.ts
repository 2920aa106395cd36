import { readFileSync } from 'node:fs';

/** A table of simulated figures; each part of a row makes one cell or several, and may take minutes. */
export type SimulationTable = {
  title: string;
  columns: string[];
  rows: { name: string; parts: (() => string | string[])[] }[];
};

/**
 * Prints them as Markdown. They may be made on several processors: `part 2/16` prints each sixteenth part from the third on, with its number,
 * and `from FILE…` makes the tables of what all of those have printed.
 */
export function printTables(tables: readonly SimulationTable[], [word, ...rest]: readonly string[]): void {
  const parts = tables.flatMap(({ rows }) => rows.flatMap((row) => row.parts));
  if (word === 'part') {
    const [own, of] = rest[0]!.split('/').map(Number) as [number, number];
    parts.forEach((part, i) => {
      if (i % of === own) console.log(`${i}\t${JSON.stringify(part())}`);
    });
    return;
  }
  const made = word === 'from' ? partsIn(rest) : null;
  let number = 0;
  for (const { title, columns, rows } of tables) {
    console.log(`\n**${title}**\n`);
    console.log(`| ${columns.join(' | ')} |\n| ${columns.map(() => '---').join(' | ')} |`);
    for (const row of rows) {
      const cells = row.parts.flatMap((part) => {
        const i = number++;
        return made ? (made.get(i) ?? '?') : part();
      });
      console.log(`| ${[row.name, ...cells].join(' | ')} |`);
    }
  }
}

function partsIn(files: readonly string[]): Map<number, string | string[]> {
  const lines = files.flatMap((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean));
  return new Map(
    lines.map((line) => {
      const [number, text] = line.split('\t') as [string, string];
      return [Number(number), JSON.parse(text) as string | string[]];
    }),
  );
}
