import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const { summarise } = await import(join(root, 'scripts/testing.mjs'));
// Inside the project, so that vitest itself is found.
mkdirSync(join(root, 'test/artefacts'), { recursive: true });
const folder = mkdtempSync(join(root, 'test/artefacts/skips-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The report that vitest writes about files with these texts. */
function reportOf(files: Record<string, string>) {
  // Else vitest would take the project's own.
  writeFileSync(join(folder, 'vitest.config.mjs'), 'export default {};\n');
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), `import { describe, expect, it } from 'vitest';\n${text}\n`);
  }
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const report = join(folder, 'report.json');
  const args = [vitest, 'run', '--root', folder, '--reporter=json', `--outputFile.json=${report}`];
  spawnSync(process.execPath, args, { cwd: folder, stdio: 'ignore' });
  return JSON.parse(readFileSync(report, 'utf8'));
}

it('finds every way in which a test is not run, and fails on those that are not expected', { timeout: 120_000 }, () => {
  const report = reportOf({
    'some.test.ts': `it('runs', () => expect(1).toBe(1)); it.skipIf(true)('one (needs a disk)', () => {}); it.todo('later');`,
    'whole.test.ts': `describe.skipIf(true)('a file (needs a guest)', () => { it('of one test', () => {}); });`,
    'none.test.ts': `describe.skipIf(true)('a list (needs images)', () => { it.each([])('of nothing', () => {}); });`,
    'dynamic.test.ts': `it('says so when it runs', ({ skip }) => skip());`,
    'broken.test.ts': `throw new Error('cannot be loaded');`,
  });
  const { lines, ok } = summarise(report, { expected: ['needs a disk'], isStrict: true });
  const named = (start: string) =>
    lines.filter((line: string) => line.startsWith(start)).map((line: string) => line.slice(start.length));
  const skipped = named('skipped: ').sort();
  expect(skipped).toEqual([
    'a file (needs a guest) of one test',
    'later',
    'one (needs a disk)',
    'says so when it runs',
    expect.stringMatching(/none\.test\.ts \(it has no test\)$/),
  ]);
  expect(named('FAILED: this skip is not expected: ').sort()).toEqual(
    skipped.filter((name: string) => name !== 'one (needs a disk)'),
  );
  expect(named('FAILED: ')).toContainEqual(expect.stringMatching(/broken\.test\.ts could not be run$/));
  expect(lines.at(-1)).toBe('1 passed, 5 failed, 5 skipped');
  expect(ok).toBe(false);
});

it('lets skips pass where none is watched for', () => {
  const file = { name: join(root, 'a.test.ts'), status: 'passed', startTime: 0, endTime: 2500 };
  const assertionResults = [
    { status: 'passed', fullName: 'a' },
    { status: 'skipped', fullName: 'b' },
  ];
  const { lines, ok } = summarise({ testResults: [{ ...file, assertionResults }] }, { expected: [], isStrict: false });
  expect(lines).toEqual(['    3 s  a.test.ts', 'skipped: b', '1 passed, 0 failed, 1 skipped']);
  expect(ok).toBe(true);
});
