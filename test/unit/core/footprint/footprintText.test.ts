import { describe, expect, it } from 'vitest';
import { judgeRun } from '../../../../src/core/analysis/verdict/judgeRun';
import { footprintOf } from '../../../../src/core/footprint/footprint';
import type { FootprintTerms } from '../../../../src/core/footprint/footprintSchema';
import { footprintText } from '../../../../src/core/footprint/footprintText';
import { parseGrid } from '../../../../src/core/footprint/given';
import { footprintGrid, hoursOfDay, hoursOfWeek } from '../../../support/footprints';
import { sweepRun, widerRun } from '../../../webview/harness/runs';

const price = { perKilowattHour: 0.3, currency: 'EUR' };

function textOf(
  terms: Partial<FootprintTerms>,
  {
    run = sweepRun(),
    arrivalRate = null as number | null,
    nowHour = null as number | null,
    winner = undefined as null | undefined,
  } = {},
) {
  const judged = judgeRun(run.results, run.terms);
  const shown = { ...judged, verdict: { ...judged.verdict, ...(winner === null && { winner }) } };
  const footprint = footprintOf(shown, { grid: null, price: null, pue: null, ...terms }, { arrivalRate, nowHour });
  return footprintText(footprint, { ...shown, source: run.report.source });
}
const germany = () => {
  const parsed = parseGrid('DE');
  return 'grid' in parsed ? parsed.grid : null;
};

describe('carbon and cost in words', () => {
  it('names the functional unit, what is left out, the boundary and where the intensity is from', () => {
    const { sentence, tables, notes } = textOf({ grid: germany(), price });
    expect(sentence).toMatch(/^Batch 4: \d+ g CO₂e and [\d.]+ EUR per million images\.$/);
    expect(tables).toHaveLength(1);
    expect(tables[0]!.table.columns).toEqual(['configuration', 'kWh/1M images', 'g CO₂e/1M images', 'EUR/1M images']);
    const all = notes.join('\n');
    for (const words of [
      'Functional unit R: 1 million images.',
      'ISO/IEC 21031:2024',
      'embodied emissions M are left out',
      'gross joules of one image under full load, idle power in them; a year needs an arrival rate',
      'Boundary: gross energy of package-0 + dram-0; power supply, disks, network, cooling and the rest of the server are not in it.',
      'Grid: Germany, 342 g CO₂e/kWh, mean of 2024, lifecycle',
      'Ember, Yearly Electricity Data (CC BY 4.0)',
      'Price: 0.3 EUR per kWh, as set.',
      'how far off the intensity and the price may be is not known',
      'Both are proportional to the joules, so the verdict stays as it is.',
    ])
      expect(all).toContain(words);
    expect(all).not.toMatch(/PUE|ESTIMATED/);
  });

  it('at an arrival rate tells a year, and which joules those are', () => {
    const run = widerRun();
    const rate = run.terms.sla!.arrivalRate!;
    const { sentence, tables, notes } = textOf({ grid: footprintGrid(400), price }, { run, arrivalRate: rate });
    expect(sentence).toMatch(new RegExp(`; at ${rate} images/s [\\d.]+ kg CO₂e and [\\d.]+ EUR a year\\.$`));
    expect(tables[0]!.table.columns.slice(-2)).toEqual(['kg CO₂e/year', 'EUR/year']);
    expect(notes[0]).toContain(
      `those of a request as modelled at ${rate} images/s, its dynamic joules and its share of the idle power`,
    );
  });

  it('says why nothing of a year is told where no joules of a request are known', () => {
    const { notes } = textOf({ price }, { arrivalRate: 1e6 });
    expect(notes[0]).toContain('of a request at 1000000 images/s none are known');
    expect(notes.join('\n')).toContain('No carbon is told without a grid.');
    expect(notes.join('\n')).toContain('Cost is proportional');
  });

  it('shows a PUE that was set as the factor that it is, and then speaks of no cooling', () => {
    const { notes } = textOf({ grid: footprintGrid(400), pue: 1.25 });
    expect(notes.join('\n')).toContain('All energy here is multiplied by a PUE of 1.25, as set.');
    expect(notes.join('\n')).toContain('disks, network and the rest');
  });

  it('has ESTIMATED in every line that has a figure of estimated joules', () => {
    const { sentence, tables, notes } = textOf({ grid: hoursOfDay(), price }, { run: sweepRun(false), nowHour: 3 });
    expect(sentence).toMatch(/^ESTIMATED: /);
    for (const { table } of tables)
      for (const head of table.columns.slice(1)) expect(head).toMatch(/\(est\.\)$|^g CO₂e\/kWh$/);
    for (const note of notes.filter((text) => /\d g CO₂e per million/.test(text))) expect(note).toMatch(/^ESTIMATED: /);
    expect(notes.filter((note) => note.startsWith('ESTIMATED: '))).toHaveLength(3);
  });

  it('claims nothing for a configuration where none is chosen, and nothing at all without joules', () => {
    expect(textOf({ grid: footprintGrid(400) }, { winner: null }).sentence).toMatch(
      /^No configuration is chosen: \d+ g CO₂e to \d+ g CO₂e per million images\.$/,
    );
    expect(textOf({ grid: footprintGrid(400) }, { run: { ...sweepRun(), results: [] } }).sentence).toContain(
      'Nothing is known',
    );
  });

  it('tells the hours of a day one by one, with when to begin', () => {
    const { tables, notes } = textOf({ grid: hoursOfDay() }, { nowHour: 18 });
    const { table, caption } = tables[1]!;
    expect(caption).toBe('Carbon and cost by hour');
    expect(table.columns).toEqual(['UTC', 'g CO₂e/kWh', 'g CO₂e/1M images', 'begun then']);
    expect(table.rows).toHaveLength(24);
    expect(table.rows[3]!.slice(0, 2)).toEqual(['03:00', '10.0']);
    expect(notes[0]).toMatch(
      /^By the hour \(UTC\), batch 4: least [\d.]+ g CO₂e per million images at 03:00, most .* at 18:00, mean /,
    );
    expect(notes[1]).toMatch(/^A million images take \d.* under full load: least .* when begun at \d\d:00, most /);
    expect(notes[2]).toMatch(/^Begun now \(18:00\): /);
    expect(notes.join('\n')).toContain('when the work is done is another choice');
  });

  it('tells a week day by day, by the clock of a file that names no zone', () => {
    const { tables, notes } = textOf({ grid: hoursOfWeek() }, { nowHour: 25 });
    expect(tables[1]!.table.columns).toEqual(['day', 'g CO₂e/1M images', 'least', 'least at', 'most', 'most at']);
    expect(tables[1]!.table.rows.map(([day]) => day)).toEqual(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']);
    expect(notes[0]).toContain('the file’s clock');
    expect(notes[2]).toContain('(Tue 01:00 by this machine’s clock)');
  });
});
