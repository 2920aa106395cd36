// The long series: every test whose count test/support/repeats.ts scales, with the count for finding what is rare. About
// 70 minutes; arguments go to vitest. Its last figures stand in docs/benchmarks.md.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepare } from './prepare.mjs';
import { runTests } from './testing.mjs';

prepare();
process.env.GREENBATCH_LONG = '1';
const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => join('test', file))
  .filter((file) => readFileSync(file, 'utf8').includes('support/repeats'));
process.exitCode = runTests(['unit', 'slow', 'commands', 'labs', 'system'], files) ? 0 : 1;
