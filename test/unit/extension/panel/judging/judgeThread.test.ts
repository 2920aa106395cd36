import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Besides, besidesOf } from '../../../../../src/core/analysis/besides';
import { judgeRun } from '../../../../../src/core/analysis/verdict/judgeRun';
import { createJudging, type JudgementMessage } from '../../../../../src/extension/panel/judging/judging';
import { widerRun } from '../../../../webview/harness/runs';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-judge-'));
const program = join(folder, 'judgeThread.js');
beforeAll(async () => {
  await build({
    absWorkingDir: resolve(import.meta.dirname, '../../../../..'),
    entryPoints: ['src/extension/panel/judging/judgeThread.ts'],
    ...{ outfile: program, bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'error' },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { report, terms: own } = widerRun();
const figured = { report, terms: own, accuracies: [] };

/** What a panel is told, the thread being this program. */
function judging(path: string) {
  const deaths: string[] = [];
  const made: Besides[] = [];
  let told: (message: JudgementMessage) => void;
  const judging = createJudging(() => new Worker(path, { argv: [], execArgv: [] }), {
    answer: (message) => told(message),
    figures: (besides) => made.push(besides),
    noFigures: (problem) => deaths.push(problem),
    died: (problem) => deaths.push(problem),
    worked: () => {},
  });
  const ask = (question: Omit<Parameters<typeof judging.ask>[0], 'figured'>) =>
    new Promise<JudgementMessage>((done) => {
      told = done;
      judging.ask({ ...question, figured });
    });
  return { ask, made, deaths, end: judging.end };
}

it('judges in a thread of its own, which ends with the panel', async () => {
  const { results, terms } = widerRun();
  const { ask, made, end, deaths } = judging(program);
  expect(await ask({ id: 1, terms, results })).toEqual({
    ...{ type: 'judgement', id: 1, judgement: judgeRun(results, terms) },
  });
  const without = { ...terms, sla: undefined };
  expect(await ask({ id: 2, terms: without, results })).toMatchObject({ judgement: judgeRun(results, without) });
  // Of the same results once, whatever the terms.
  expect(made).toEqual([besidesOf({ ...figured, results }, true)]);
  end();
  expect(deaths).toEqual([]);
});

it('is told where its program is not there', async () => {
  const { results, terms } = widerRun();
  const { ask, deaths } = judging(join(folder, 'gone.js'));
  expect(await ask({ id: 1, terms, results })).toMatchObject({ type: 'unjudged', id: 1 });
  expect(deaths).toHaveLength(2);
  expect(deaths[0]).toContain('gone.js');
});
