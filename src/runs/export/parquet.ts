import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import type { CellType, RunTable } from '../../core/export/runTable';

/** Version of what the file's key-value metadata and columns mean; columns may be added within one. */
const schemaVersion = 1;

const types = { string: 'STRING', int: 'INT32', double: 'DOUBLE', boolean: 'BOOLEAN' } as const satisfies Record<
  CellType,
  ColumnSource['type']
>;

/**
 * A table as an Apache Parquet file: the columns of the CSV by the same names, as UTF-8 strings, 32-bit integers, doubles and
 * booleans; what is not known is null. Its key-value metadata says which run it is (`greenbatch.run`), by which program it was
 * written, and the unit of each column (`greenbatch.units`, JSON).
 */
export function parquet({ columns, rows }: RunTable, { run, program }: { run: string; program: string }): Uint8Array {
  const units = Object.fromEntries(columns.flatMap(({ name, unit }) => (unit === null ? [] : [[name, unit] as const])));
  const columnData = columns.map(({ name, type }, i) => ({
    name,
    type: types[type],
    data: rows.map((row) => cellOf(row[i] ?? null)),
  }));
  const kvMetadata = [
    { key: 'greenbatch.schema', value: String(schemaVersion) },
    { key: 'greenbatch.run', value: run },
    { key: 'greenbatch.program', value: program },
    { key: 'greenbatch.units', value: JSON.stringify(units) },
  ];
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata, createdBy: program }));
  if (rows.length === 0) mendEmptyList(bytes);
  return bytes;
}

/**
 * In the footer (Thrift's compact protocol): no rows (field 3, an i64 of 0), then row groups (field 4, a list of none). The writer takes a
 * list of nothing for one without a type, which strict readers, Apache's own among them, refuse: row groups are structs.
 */
const noRows = [0x16, 0x00, 0x19];
const [ofNothing, ofStructs] = [0x00, 0x0c];

function mendEmptyList(bytes: Uint8Array): void {
  const at = Buffer.from(bytes.buffer).indexOf(Buffer.from([...noRows, ofNothing]));
  if (at < 0) throw new Error('a Parquet file without rows was not written as expected');
  bytes[at + noRows.length] = ofStructs;
}

/** As in the CSV, a number that is none is not known. */
const cellOf = (cell: RunTable['rows'][number][number]) =>
  typeof cell === 'number' && !Number.isFinite(cell) ? null : cell;
