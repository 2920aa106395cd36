// Runs vitest projects and closes with one line of counts and every skip by name. Where GREENBATCH_STRICT_SKIPS is set
// (.ci/run does), a skip that test/expected-skips.json does not list is a failure.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const fixtures = resolve(process.env.GREENBATCH_FIXTURES || '../shared/data');

export function runTests(projects) {
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
  const { status } = spawnSync(process.execPath, [...args, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, GREENBATCH_FIXTURES: fixtures, ORT_DISABLE_TELEMETRY: '1' },
  });
  return summarise(report) && status === 0;
}

function summarise(report) {
  if (!existsSync(report)) {
    console.log('0 passed, 1 failed');
    return false;
  }
  const tests = JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap((file) => file.assertionResults);
  const count = (...states) => tests.filter((t) => states.includes(t.status)).length;
  const skipped = tests.filter((t) => ['skipped', 'pending', 'todo', 'disabled'].includes(t.status));
  const expected = JSON.parse(readFileSync('test/expected-skips.json', 'utf8'));
  const unexpected = skipped.filter((t) => !expected.some((name) => t.fullName.includes(name)));
  console.log('');
  console.log(
    existsSync(fixtures)
      ? `Larger test data: ${fixtures}`
      : `Larger test data: none at ${fixtures} (GREENBATCH_FIXTURES overrides the place); the tests that need it are skipped`,
  );
  for (const t of skipped) console.log(`skipped: ${t.fullName}`);
  const refused = process.env.GREENBATCH_STRICT_SKIPS ? unexpected : [];
  for (const t of refused) console.log(`FAILED: this skip is not expected: ${t.fullName}`);
  console.log(`${count('passed')} passed, ${count('failed') + refused.length} failed, ${skipped.length} skipped`);
  return refused.length === 0;
}
