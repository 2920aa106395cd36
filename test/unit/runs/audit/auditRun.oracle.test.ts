import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { auditPath } from '../../../../src/runs/audit/auditRun';
import { runBundle } from '../../../../src/runs/export/bundle';
import { recordedLogs } from '../../../support/recordedLogs';

/** Every run that is recorded, by two derivations that share no formula. */

const fixtures = resolve(import.meta.dirname, '../../../fixtures/format1');
const place = mkdtempSync(join(tmpdir(), 'greenbatch-audited-'));
afterAll(() => rmSync(place, { recursive: true }));

/** A damaged log is refused, as everywhere. */
const readable = readdirSync(fixtures, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['compare', 'damaged'].includes(entry.name))
  .map(({ name }) => name);

const told = ({ numbers, texts, findings }: Awaited<ReturnType<typeof auditPath>>) => ({
  differing: numbers.filter((number) => !number.agrees).map(({ path }) => path),
  texts,
  problems: findings.filter(({ level }) => level === 'problem'),
});
const nothing = { differing: [], texts: [], problems: [] };
/** Were cut by hand; a bundle leaves them out. */
const cutLines = ['power.jsonl:242–255', 'power.jsonl:257'].map(
  (place) => expect.objectContaining({ check: 'lines', place }) as unknown,
);

it('there are as many recorded runs as there were', () => {
  expect(readable).toHaveLength(14);
});

describe.each(readable)('the recorded run %s', (name) => {
  it('derives again in full, as a run and as a bundle', async () => {
    const run = await auditPath(recordedLogs(name, place));
    expect(told(run)).toEqual({ ...nothing, problems: name === 'damaged-power' ? cutLines : [] });
    const archive = join(place, `${name}.zip`);
    writeFileSync(archive, runBundle(join(fixtures, name), ''));
    const bundle = await auditPath(archive);
    expect(told(bundle)).toEqual(nothing);
    expect(bundle.kind).toBe('bundle');
    expect(bundle.numbers).toHaveLength(run.numbers.length);
  });
});

describe('the example under docs', () => {
  const examples = resolve(import.meta.dirname, '../../../../docs/examples');

  it('derives again in full', async () => {
    const bundle = await auditPath(join(examples, 'paper-exp1.zip'));
    expect(told(bundle)).toEqual(nothing);
    expect(bundle.numbers.length).toBeGreaterThan(1000);
  });

  it('has a report of one megabyte at most that names no folder and tells its source', () => {
    const page = readFileSync(join(examples, 'paper-exp1.html'), 'utf8');
    expect(page.length).toBeLessThan(1e6);
    expect(page).toContain('ESTIMATED');
    expect(page).not.toMatch(/["\s(]\/(?:home|root|tmp|work|mnt|data)\//);
  });
});
