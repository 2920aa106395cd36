import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPerfStat } from '../../../../../src/core/energy/perf/perfStat';
import { ExpectedError } from '../../../../../src/core/failure/expectedError';

/** What real machines printed, as people published it: often several reports in one file, with what stood around them. */
const captures = resolve(
  process.env.GREENBATCH_FIXTURES ?? join(import.meta.dirname, '../../../../../../shared/data'),
  'rapl-captures',
);
const filesOf = (folder: string, begin = '') =>
  existsSync(join(captures, folder))
    ? readdirSync(join(captures, folder))
        .filter((name) => name.startsWith(begin))
        .map((name) => join(folder, name))
    : [];
const files = [...filesOf('perf-stat'), ...filesOf('errors', 'perf_')];

function readOrRefused(text: string) {
  try {
    return readPerfStat(text, 'FILE');
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { refused: error.message };
  }
}

describe.skipIf(files.length === 0)('captures of perf stat (shared data, GREENBATCH_FIXTURES)', () => {
  it('are all there', () => expect(files.length).toBeGreaterThanOrEqual(15));

  it.each(files)('%s is read, or refused with the reason; so is each text report alone', async (file) => {
    const text = readFileSync(join(captures, file), 'utf8');
    const reports = text.split(/^(?= *Performance counter stats for)/m).slice(1);
    const found = { file: readOrRefused(text), ...(reports.length > 1 && { reports: reports.map(readOrRefused) }) };
    await expect(`${JSON.stringify(found, null, 2)}\n`).toMatchFileSnapshot(
      `../../../../golden/perf/${file.split(/[/\\]/).at(-1)!}.json`,
    );
  });
});
