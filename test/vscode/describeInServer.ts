import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findChromium, findServer, type ServerVersion } from '../support/vscodeServer';
import { type Outcome, type Phase, scenarios } from './scenarios';
import { runPhases } from './suitePhases';

/** The suite in the remote extension host of a VS Code server, each scenario reported as a test. */
export function describeInServer(version: ServerVersion): void {
  const server = findServer(version);
  const missing =
    'reason' in server ? server.reason : findChromium() === null ? 'no Chromium draws its workbench' : null;
  if (missing) console.log(`tests inside VS Code ${version} are skipped: ${missing}`);
  const phases = Object.keys(scenarios) as Phase[];
  let outcomes: Record<Phase, Outcome[]> | undefined;

  describe.skipIf(missing !== null)(`in the VS Code of code-server ${version}`, () => {
    beforeAll(async () => {
      const vscodeExecutablePath = resolve('test/vscode/serverAsCode.mjs');
      outcomes = await runPhases({ vscodeExecutablePath, env: { GREENBATCH_CODE_SERVER: version } }, phases);
    }, 900_000);

    describe.each(phases)('%s session', (phase) => {
      it.each(scenarios[phase])('%s', (title) => {
        const outcome = outcomes?.[phase].find((o) => o.title === title);
        if (outcome?.note) console.log(`${title}: ${outcome.note}`);
        expect(outcome?.error).toBeNull();
      });
    });
  });
}
