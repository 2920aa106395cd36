import { existsSync } from 'node:fs';
import { basename, relative, resolve, sep } from 'node:path';
import * as vscode from 'vscode';
import { isExperimentName } from '../../core/configFiles/experiment';
import { estimateSeconds } from '../../core/run/duration';
import { configurationsOf } from '../../core/run/plan';
import { physicalCores } from '../../machine/topology';
import { reportOf } from '../../core/report/report';
import { parseSpec } from '../../core/spec/specText';
import { describeSeconds } from '../../core/words/units';
import { loadRun } from '../../runs/store/runFolder';
import { programOf, runProgram } from '../program/program';
import { startRun } from '../profile/profile';
import type { Session } from '../session/session';
import { invocation } from '../window/show';
import { workspaceFolder } from '../window/workspaceFolder';
import { compactReport } from './compactReport';

/** The tools that language models may call. Errors are worded for the model: what is wrong, and the next step. */

const result = (value: unknown) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
};

/** @throws Error when the file is not an experiment inside the open folder */
function experimentIn(file: string): string {
  const parent = workspaceFolder().fsPath;
  const path = resolve(parent, file);
  const inside = relative(parent, path);
  if (inside.startsWith('..') || inside.split(sep).includes('..') || resolve(parent, inside) !== path) {
    throw new Error(`${file} lies outside the workspace. Name a file inside it.`);
  }
  if (!isExperimentName(path)) throw new Error(`${file} is no experiment: its name must end in .energy.yaml.`);
  if (!existsSync(path)) throw new Error(`${file} does not exist. Create the experiment file first.`);
  return path;
}

export const profileTool = (session: () => Promise<Session>): vscode.LanguageModelTool<{ file: string }> => ({
  async prepareInvocation({ input }) {
    const path = experimentIn(input.file);
    const parsed = parseSpec((await vscode.workspace.openTextDocument(path)).getText());
    if (!parsed.ok) throw new Error(`${input.file} is not valid: ${parsed.problems.map((p) => p.message).join('; ')}`);
    const { spec } = parsed;
    const configurations = configurationsOf(spec, { cores: physicalCores() });
    const { leastSeconds } = estimateSeconds(spec, configurations);
    const message = vscode.l10n.t(
      'Run “greenbatch run {0}”? It loads the CPUs of this machine for {1} or more, to measure {2} configurations.',
      input.file,
      describeSeconds(leastSeconds),
      configurations.length,
    );
    return invocation(vscode.l10n.t('Starting the energy measurement of {0}', input.file), {
      title: vscode.l10n.t('Profile Energy'),
      message,
    });
  },
  async invoke({ input }) {
    const path = experimentIn(input.file);
    const folder = await startRun(await session(), vscode.Uri.file(path));
    if (folder === undefined) {
      throw new Error(
        'The measurement did not start; the user was shown why. Ask the user, or read the Greenbatch log.',
      );
    }
    return result({
      run: basename(folder),
      status: 'running',
      next: 'It takes minutes. Call get_energy_results with this run id when the user asks for the outcome.',
    });
  },
});

export const resultsTool = (session: () => Promise<Session>): vscode.LanguageModelTool<{ run?: string }> => ({
  prepareInvocation: ({ input }) => invocation(vscode.l10n.t('Reading energy results {0}', input.run ?? '')),
  async invoke({ input }) {
    const folder = found(await session(), input.run ?? 'latest');
    const { run, samples, status, host } = loadRun(folder);
    return result(compactReport(reportOf(run, samples, { folder, status, host })));
  },
});

type Two = { before: string; after: string };
export const compareTool = (session: () => Promise<Session>): vscode.LanguageModelTool<Two> => ({
  prepareInvocation: ({ input }) =>
    invocation(vscode.l10n.t('Comparing energy results {0} and {1}', input.before, input.after)),
  async invoke({ input }, token) {
    const ready = await session();
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => abort.abort());
    try {
      const both = [found(ready, input.before), found(ready, input.after)];
      const program = programOf(ready.context.extensionUri);
      // A comparison that is refused (measured with estimated, other pixels) explains itself on standard output.
      const { stdout, stderr } = await runProgram(program, ['compare', ...both], { signal: abort.signal });
      return result(stdout.trim() || stderr.trim());
    } finally {
      subscription.dispose();
    }
  },
});

function found({ runs }: Session, text: string): string {
  const folder = runs.find(text);
  if (folder !== null) return folder;
  const newest = runs
    .folders()
    .slice(0, 5)
    .map((f) => basename(f));
  throw new Error(
    newest.length === 0
      ? 'There are no runs in this workspace. Measure one with profile_energy.'
      : `No single run fits "${text}". The newest are ${newest.join(', ')}.`,
  );
}
