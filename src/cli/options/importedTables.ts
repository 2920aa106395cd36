import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { ExportedFile } from '../../core/ipa/exportedFile';
import { maxSpecBytes } from '../../core/spec/specYaml';
import { isFilePlaceTaken, readText } from '../../machine/regularFile';
import { CliError } from './cliError';
import { asked } from './ipaFiles';
import { replaceOutput } from './outputFile';

/**
 * An imported pipeline file with tables beside it. Somebody named the file and none of the tables, so a table is replaced only where it is still
 * as an earlier import made it: the file has their hashes at its head, for a table holds no comments.
 */

const mostTableBytes = 64e6;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hashLine = ({ name, text }: ExportedFile) => `# Table ${JSON.stringify(name)}: sha256 ${sha256(text)}\n`;

/**
 * Writes the tables and then the file; of what is refused nothing is written.
 *
 * @param file path of the pipeline file
 * @throws ExpectedError where a table is in the place of something else, or they cannot be written
 */
export async function writeImportedTables(file: string, text: string, tables: readonly ExportedFile[]): Promise<void> {
  const at = (name: string) => join(dirname(file), name);
  const earlier = asked(file, () => (isFilePlaceTaken(file) ? headOf(file) : ''));
  for (const table of tables) asked(at(table.name), () => requireOwn(at(table.name), table, earlier, file));
  for (const { name, text } of tables) await replaceOutput(at(name), text);
  await replaceOutput(file, `${tables.map(hashLine).join('')}${text}`);
}

function requireOwn(place: string, { name, text }: ExportedFile, earlier: string, file: string): void {
  if (!isFilePlaceTaken(place)) return;
  const there = readText(place, mostTableBytes);
  // The same: of an import that came no further than this table.
  if (there === text || earlier.includes(hashLine({ name, text: there }))) return;
  throw new CliError(
    `${place} is there and not as an earlier import of ${file} made it: move it away, or name another file with -o`,
  );
}

/** What may hold the hashes; of a file that is larger than a pipeline file ever is, nothing. */
function headOf(file: string): string {
  const text = readText(file, 8 * maxSpecBytes);
  return text.slice(0, text.search(/^(?!# )/m));
}
