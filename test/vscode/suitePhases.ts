import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runTests, type TestRunFailedError } from '@vscode/test-electron';
import { build } from 'esbuild';
import { listRunFolders } from '../../src/runs/store/runFolder';
import { type Outcome, type Phase, scenarios } from './scenarios';

/** What is handed to @vscode/test-electron: an editor that is here, or the version of one that it downloads. */
export type Editor = { vscodeExecutablePath: string; env?: NodeJS.ProcessEnv } | { version: string };

/**
 * Runs the suite inside an editor, phase after phase over one workspace, so that the second meets a run whose starter is
 * dead.
 *
 * @throws Error when an editor wrote no results; what failed inside it is in the outcomes
 */
export async function runPhases<P extends Phase>(editor: Editor, phases: readonly P[]): Promise<Record<P, Outcome[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-vscode-'));
  const workspace = join(folder, 'workspace');
  mkdirSync(workspace);
  // In the project, so that it finds mocha.
  const suite = resolve(`test/artefacts/vscode-suite-${process.pid}.cjs`);
  await build({
    entryPoints: ['test/vscode/suite.ts'],
    outfile: suite,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode', 'mocha'],
  });
  try {
    const outcomes: Partial<Record<P, Outcome[]>> = {};
    for (const phase of phases) outcomes[phase] = await runPhase(editor, phase, { folder, workspace, suite });
    return outcomes as Record<P, Outcome[]>;
  } finally {
    // A phase that failed may have left its run going.
    for (const run of listRunFolders(workspace)) spawnSync(process.execPath, ['dist/cli.js', 'stop', run]);
    rmSync(folder, { recursive: true, force: true });
    rmSync(suite, { force: true });
  }
}

async function runPhase(
  editor: Editor,
  phase: Phase,
  { folder, workspace, suite }: { folder: string; workspace: string; suite: string },
): Promise<Outcome[]> {
  const results = join(folder, `${phase}.json`);
  const env = {
    ...('env' in editor ? editor.env : {}),
    GREENBATCH_TEST_PHASE: phase,
    GREENBATCH_TEST_RESULTS: results,
    GREENBATCH_CACHE: join(tmpdir(), 'greenbatch-test-cache'),
    GREENBATCH_LOCK: `greenbatch-vscode-${process.pid}`,
  };
  let how = 'exit code 0';
  try {
    await runTests({
      ...('version' in editor
        ? { version: editor.version }
        : { vscodeExecutablePath: editor.vscodeExecutablePath, reuseMachineInstall: true }),
      extensionDevelopmentPath: resolve('.'),
      extensionTestsPath: suite,
      launchArgs: [workspace],
      extensionTestsEnv: env,
    });
  } catch (error) {
    how = `exit code ${(error as TestRunFailedError).code ?? error}`;
  }
  const outcomes = readOutcomes(results);
  if (outcomes === null) throw new Error(`the suite wrote no results for the ${phase} session (${how})`);
  // An exit code alone says nothing: an editor also ends with 0 when nothing ran.
  return scenarios[phase].map(
    (title) => outcomes.find((o) => o.title === title) ?? { title, ms: 0, error: `was not reached (${how})` },
  );
}

function readOutcomes(file: string): Outcome[] | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Outcome[];
  } catch {
    return null;
  }
}
