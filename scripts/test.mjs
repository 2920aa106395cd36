// README's test command: sets itself up, then what `npm run check` does, unit and CLI tests, the panel's page in Chromium, and the
// extension in a VS Code server, from inside and as a person sees it. Arguments go to vitest.
import { ensureChromium } from './browser.mjs';
import { prepare, run } from './prepare.mjs';
import { runTests } from './testing.mjs';

prepare();
run(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit']);
run(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'webview']);
run(process.execPath, ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', 'src', 'webview']);
run(process.execPath, ['node_modules/eslint/bin/eslint.js', '.']);
run(process.execPath, ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.']);
run(process.execPath, ['node_modules/knip/bin/knip.js']);
ensureChromium();
process.exitCode = runTests(['unit', 'slow', 'cli', 'webview', 'vscode', 'e2e']) ? 0 : 1;
