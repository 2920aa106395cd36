import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { readParquet } from 'parquet-wasm';
import { afterAll, describe, expect, it } from 'vitest';
import { exportFormats } from '../../../../src/runs/export/exportFormats';

/**
 * What is written is read back by readers that share no code with the writer: Apache's own in Rust (parquet-wasm), pyarrow where the
 * machine has it; and by hyparquet, which does.
 */

const fixtures = resolve(import.meta.dirname, '../../../fixtures/format1');
const folder = mkdtempSync(join(tmpdir(), 'greenbatch-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Cell = string | number | boolean | null;
const exported = (run: string, trials: boolean) => ({
  ...{ runFolder: join(fixtures, run), others: [], trials, pageFolder: '' },
});

/** Cells of CSV text by column, after RFC 4180: an empty one is null. */
function csvColumns(text: string): Map<string, (string | null)[]> {
  const rows: (string | null)[][] = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (end === '' && quoted === undefined && bare === '') break;
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? (bare === '' ? null : (bare ?? null)));
    if (end === '\r\n') rows.push([]);
  }
  rows.pop();
  const [head, ...body] = rows;
  return new Map(head!.map((name, i) => [name!, body.map((row) => row[i] ?? null)]));
}

/** A cell of a Parquet file in the words of CSV; of a text that a spreadsheet would take for a formula with its apostrophe. */
function asCsv(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value === '' ? null : /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return String(value as Cell);
}

function readByArrow(bytes: Uint8Array) {
  const table = tableFromIPC(readParquet(bytes).intoIPCStream());
  return {
    metadata: table.schema.metadata,
    types: new Map(table.schema.fields.map(({ name, type }) => [name, String(type)])),
    columns: new Map(
      table.schema.fields.map(({ name }) => [name, Array.from(table.getChild(name)!, (cell: unknown) => cell)]),
    ),
  };
}

const cases = ['finished', 'skipped', 'estimate', 'accuracy', 'failed-source', 'settled'].flatMap((run) =>
  [false, true].map((trials) => [run, trials] as const),
);

describe.each(cases)('the run %s as Parquet, by trials: %s', (run, trials) => {
  const bytes = exportFormats.parquet.make(exported(run, trials));
  const csv = csvColumns(exportFormats.csv.make(exported(run, trials)));

  it('has the columns and values of the CSV, as an independent reader reads it', () => {
    const { columns } = readByArrow(bytes);
    expect([...columns.keys()]).toEqual([...csv.keys()]);
    for (const [name, cells] of columns) expect(cells.map(asCsv), name).toEqual(csv.get(name));
  });

  it('has them as its sibling reads it', async () => {
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    const rows = await parquetReadObjects({ file });
    expect(Number(parquetMetadata(file).num_rows)).toBe(rows.length);
    for (const [name, cells] of csv)
      expect(
        rows.map((row) => asCsv(row[name])),
        name,
      ).toEqual(cells);
  });
});

describe('a run as Parquet', () => {
  const bytes = exportFormats.parquet.make(exported('finished', true));

  it('has types, and says which run it is, by whom it was written, and the unit of each column', () => {
    const { types, metadata } = readByArrow(bytes);
    expect(types.get('energy (J/image)')).toBe('Float64');
    expect(types.get('batch size (images)')).toBe('Int32');
    expect(types.get('model')).toBe('Utf8');
    expect(types.get('spinning')).toBe('Bool');
    expect(metadata.get('greenbatch.schema')).toBe('1');
    expect(metadata.get('greenbatch.run')).toMatch(/^2026\d{4}-\d{6}-/);
    expect(metadata.get('greenbatch.program')).toMatch(/^greenbatch \d/);
    const units = JSON.parse(metadata.get('greenbatch.units')!) as Record<string, string>;
    expect(units).toMatchObject({ 'energy (J/image)': 'J/image', 'power (W)': 'W', 'batch latency mean (ms)': 'ms' });
    expect(units.model).toBeUndefined();
  });

  const hasPyarrow = spawnSync('python3', ['-c', 'import pyarrow.parquet']).status === 0;
  it('is read by pyarrow with the same values, where this machine has it', () => {
    if (!hasPyarrow) {
      console.log('python3 has no pyarrow here: the file is read by parquet-wasm and hyparquet alone');
      expect(hasPyarrow).toBe(false);
      return;
    }
    const file = join(folder, 'run.parquet');
    writeFileSync(file, bytes);
    const program = 'import json,sys,pyarrow.parquet as p; print(json.dumps(p.read_table(sys.argv[1]).to_pydict()))';
    const read = JSON.parse(execFileSync('python3', ['-c', program, file], { encoding: 'utf8' })) as object;
    const csv = csvColumns(exportFormats.csv.make(exported('finished', true)));
    for (const [name, cells] of Object.entries(read)) expect((cells as Cell[]).map(asCsv), name).toEqual(csv.get(name));
    expect(readFileSync(file)).toHaveLength(bytes.length);
  });
});
