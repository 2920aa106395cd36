// README's test command: sets itself up, then types, lint, format, unit and CLI tests. Arguments go to vitest.
import { prepare, run } from './prepare.mjs';
import { runTests } from './testing.mjs';

prepare();
run(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit']);
run(process.execPath, ['node_modules/eslint/bin/eslint.js', '.']);
run(process.execPath, ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.']);
process.exitCode = runTests(['unit', 'cli']) ? 0 : 1;
