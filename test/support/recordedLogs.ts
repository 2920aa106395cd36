import { cpSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const fixtures = resolve(import.meta.dirname, '../fixtures/format1');

/** A recorded run as its engine left it, in a folder of its own: without what was said of it, which makes a folder a bundle. */
export function recordedLogs(name: string, into = tmpdir()): string {
  const folder = mkdtempSync(join(into, `${name}-`));
  for (const file of ['events.jsonl', 'power.jsonl'])
    if (existsSync(join(fixtures, name, file))) cpSync(join(fixtures, name, file), join(folder, file));
  return folder;
}
