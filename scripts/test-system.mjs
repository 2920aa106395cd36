// Tests that need heavy labs (a compiler, root, other versions of Node.js, minutes). Arguments go to vitest.
import { prepare } from './prepare.mjs';
import { runTests } from './testing.mjs';

prepare();
process.exitCode = runTests(['labs', 'system']) ? 0 : 1;
