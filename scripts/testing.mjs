// Runs vitest projects and closes with the time they took, the slowest files, every skip by name and one line of counts.
// Where GREENBATCH_STRICT_SKIPS is set (.ci/run does), a skip that test/expected-skips.json does not list is a failure.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';

const fixtures = resolve(process.env.GREENBATCH_FIXTURES || '../shared/data');

/** Runs these projects, or these files of them; our own arguments go to vitest. Whether all passed. */
export function runTests(projects, files = []) {
  mkdirSync('test/artefacts', { recursive: true });
  const report = `test/artefacts/${projects.join('-')}.json`;
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  for (const project of projects) args.push('--project', project);
  const begun = Date.now();
  const { status } = spawnSync(process.execPath, [...args, ...files, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, GREENBATCH_FIXTURES: fixtures, ORT_DISABLE_TELEMETRY: '1' },
  });
  if (!existsSync(report)) {
    console.log('0 passed, 1 failed');
    return false;
  }
  const { lines, ok } = summarise(JSON.parse(readFileSync(report, 'utf8')), {
    expected: JSON.parse(readFileSync('test/expected-skips.json', 'utf8')),
    isStrict: Boolean(process.env.GREENBATCH_STRICT_SKIPS),
  });
  console.log('');
  console.log(
    existsSync(fixtures)
      ? `Larger test data: ${fixtures}`
      : `Larger test data: none at ${fixtures} (GREENBATCH_FIXTURES overrides the place); the tests that need it are skipped`,
  );
  console.log(`${((Date.now() - begun) / 60_000).toFixed(1)} minutes`);
  for (const line of lines) console.log(line);
  return ok && status === 0;
}

/** What vitest's JSON report says: a test that was not run counts as skipped, and so does a file without one. */
export function summarise(report, { expected, isStrict }) {
  const files = report.testResults.map((file) => ({ ...file, name: relative(process.cwd(), file.name) }));
  const tests = files.flatMap((file) => file.assertionResults);
  const count = (status) => tests.filter((test) => test.status === status).length;
  // A file that could not be loaded has no tests and is a failure, not a skip.
  const broken = files.filter((file) => file.assertionResults.length === 0 && file.status === 'failed');
  const skipped = [
    ...tests.filter((test) => !['passed', 'failed'].includes(test.status)).map((test) => test.fullName.trim()),
    ...files
      .filter((file) => file.assertionResults.length === 0 && file.status !== 'failed')
      .map((file) => `${file.name} (it has no test)`),
  ];
  const refused = isStrict ? skipped.filter((name) => !expected.some((part) => name.includes(part))) : [];
  const seconds = (file) => (file.endTime - file.startTime) / 1000;
  const slowest = files
    .filter((file) => seconds(file) >= 1)
    .sort((a, b) => seconds(b) - seconds(a))
    .slice(0, 5);
  const failed = count('failed') + broken.length + refused.length;
  return {
    lines: [
      ...slowest.map((file) => `${seconds(file).toFixed(0).padStart(5)} s  ${file.name}`),
      ...skipped.map((name) => `skipped: ${name}`),
      ...broken.map((file) => `FAILED: ${file.name} could not be run`),
      ...refused.map((name) => `FAILED: this skip is not expected: ${name}`),
      `${count('passed')} passed, ${failed} failed, ${skipped.length} skipped`,
    ],
    ok: failed === 0,
  };
}
