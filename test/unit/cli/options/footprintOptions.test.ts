import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exportCommand } from '../../../../src/cli/commands/export';
import { showCommand } from '../../../../src/cli/commands/show';
import { suggestCommand } from '../../../../src/cli/commands/suggest';
import { footprintTermsOf, hourNow } from '../../../../src/cli/options/footprintOptions';
import { suggestionSchema } from '../../../../src/core/analysis/verdict/verdictJsonSchema';
import { reportJsonSchema } from '../../../../src/core/export/reportJsonSchema';
import { footprintGrid, hoursOfDay } from '../../../support/footprints';
import { writeRun } from '../../../support/runFolders';

let workspace: string;
let printed: string;
let run: string;
beforeEach(async () => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-carbon-'));
  printed = '';
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  const spec = 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\nsla: { requestLatencyMs: 60000, arrivalRate: 0.5 }\n';
  run = await writeRun(workspace, 'one', join(workspace, 'a.energy.yaml'), spec);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(workspace, { recursive: true });
});
const printedBy = async (command: typeof showCommand, ...argv: string[]) => {
  printed = '';
  await command(argv);
  return printed;
};

describe('--grid, --price and --pue', () => {
  it('are off until they are given, and an empty one is not meant', () => {
    expect(footprintTermsOf({})).toBeNull();
    expect(() => footprintTermsOf({ grid: '' })).toThrow('--grid is empty');
    expect(hourNow(null)).toBeNull();
    expect(hourNow({ grid: footprintGrid(1), price: null, pue: null })).toBeNull();
    expect(hourNow({ grid: hoursOfDay(), price: null, pue: null })).toBe(new Date().getUTCHours());
  });

  it('add a key to the JSON of show and suggest, and change nothing else in it', async () => {
    const given = ['--grid', 'DE', '--price', '0.30 EUR', '--pue', '1.5'];
    for (const [command, schema] of [
      [showCommand, reportJsonSchema],
      [suggestCommand, suggestionSchema],
    ] as const) {
      const before = JSON.parse(await printedBy(command, run, '--json')) as object;
      const { footprint, ...rest } = schema.parse(JSON.parse(await printedBy(command, run, '--json', ...given)));
      expect(before).not.toHaveProperty('footprint');
      expect(rest).toEqual(before);
      expect(footprint).toMatchObject({
        ...{ joules: 'joulesPerRequest', arrivalRate: 0.5, pue: 1.5, measured: true },
        grid: { name: 'Germany', year: 2024 },
      });
    }
  });

  it('add a block to show, and lines to suggest', async () => {
    const shown = await printedBy(showCommand, run, '--grid', '385');
    expect(shown).toMatch(/\nCarbon and cost\n.*kg CO₂e\/year/);
    const suggested = await printedBy(suggestCommand, run, '--price', '0.30 EUR');
    expect(suggested).toMatch(
      /\nCarbon and cost: Batch \d: [\d.]+ EUR per million images; at 0\.5 images\/s [\d.]+ EUR a year\.\n/,
    );
  });

  it('go with Markdown and JSON, and say so for CSV', async () => {
    expect(await printedBy(exportCommand, run, '--format', 'markdown', '--grid', '385')).toContain(
      '## Carbon and cost',
    );
    const json: unknown = JSON.parse(await printedBy(exportCommand, run, '--format', 'json', '--grid', '385'));
    expect(json).toHaveProperty('footprint.grid.gramsPerKilowattHour', 385);
    await expect(exportCommand([run, '--format', 'csv', '--grid', '385'])).rejects.toThrow(
      /^--grid and --price go with --format markdown, json, html/,
    );
  });
});
