import manifest from '../../package.json';
import { runPhases } from './suitePhases';

/**
 * The same suite in desktop windows of VS Code, which @vscode/test-electron downloads: the oldest that package.json
 * allows, and today's. Only for machines with a network and a display (`xvfb-run -a npm run test:desktop`). Without the
 * untrusted session: test-electron switches workspace trust off.
 */
const oldest = manifest.engines.vscode.replace('^', '');
let failed = 0;
for (const version of [oldest, 'stable']) {
  const sessions = await runPhases({ version }, ['first', 'again']);
  for (const outcome of Object.values(sessions).flat()) {
    console.log(`${outcome.error === null ? 'passed' : 'FAILED'}  VS Code ${version}  ${outcome.title}`);
    if (outcome.error !== null) console.log(outcome.error);
    failed += outcome.error === null ? 0 : 1;
  }
}
process.exitCode = failed === 0 ? 0 : 1;
