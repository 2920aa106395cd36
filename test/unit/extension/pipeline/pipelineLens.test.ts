import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pipelineActions } from '../../../../src/extension/pipeline/pipelineActions';
import { pipelineProblems } from '../../../../src/extension/pipeline/pipelineDiagnostics';
import {
  ipaLenses,
  ProfiledLens,
  profiledCommand,
  pipelineLenses,
} from '../../../../src/extension/pipeline/pipelineLens';
import { createStageProfiles } from '../../../../src/extension/pipeline/stageProfiles';
import { documentOf, type FakeDocument, Range, workspace as opened } from '../../../support/fakeEditor';
import { writeRun } from '../../../support/runFolders';

vi.mock('vscode', () => import('../../../support/fakeEditor'));

const experiment = 'models: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\n';
const option = (variant: string, batch: number) =>
  `{ variant: ${variant}, batch: ${batch}, accuracy: 50, cores: 1, latencySeconds: 0.1, throughput: 20, joulesPerRequest: 2 }`;
const pipeline = (profiles: string) => `# mine
load: 10
slaSeconds: 1
stages:
  - name: detect
    experiment: detect.energy.yaml
    accuracies: { yolov7-tiny: 37.4 }
${profiles}
  - name: classify
    profiles:
      - options:
          - ${option('small', 1)}
          - ${option('large', 1)}
          - ${option('large', 2)}
`;

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-pipeline-'));
});
afterEach(() => {
  opened.isTrusted = true;
  rmSync(workspace, { recursive: true });
});

const open = (text: string) => documentOf(join(workspace, 'video.pipeline.yaml'), text);
/** Line, title and arguments of each lens, those of profiles resolved. */
const lenses = (document: FakeDocument) =>
  pipelineLenses(document as never).map((lens) => {
    const command = lens instanceof ProfiledLens ? profiledCommand(lens, createStageProfiles()) : lens.command!;
    return [lens.range.start.line, command.title, command.arguments?.at(-1) ?? null];
  });

describe('lenses of a pipeline', () => {
  it('stand over the file and over each stage; one without a profile is offered to be profiled', () => {
    const document = open(pipeline(''));
    expect(lenses(document)).toEqual([
      [0, 'Open pipeline view', document.uri],
      [0, 'Solve', document.uri],
      [4, 'Profile this stage', 'detect'],
      [8, 'profiled: in the file, 3 options', null],
    ]);
  });

  it('say of a measured stage which run and how many options, and open it', async () => {
    const folder = await writeRun(
      workspace,
      '20261123-000000-detect-0000',
      join(workspace, 'detect.energy.yaml'),
      experiment,
    );
    const document = open(pipeline('    profiles: [{ run: latest }]'));
    expect(lenses(document)[2]).toEqual([4, 'profiled: run 20261123-000000-detect-0000, 3 options', folder]);
    rmSync(folder, { recursive: true });
    expect(lenses(document)[2]).toEqual([4, 'Profile this stage', 'detect']);
  });

  it('say of a run that is there and holds nothing that the stage is to be profiled', async () => {
    const folder = await writeRun(workspace, 'r1', join(workspace, 'detect.energy.yaml'), experiment);
    writeFileSync(join(folder, 'events.jsonl'), 'damaged\n');
    expect(lenses(open(pipeline('    profiles: [{ run: r1 }]')))[2]).toEqual([4, 'Profile this stage', 'detect']);
  });

  it('say of a file whose load cannot be read what is wrong, and have the terminal tell it', () => {
    const document = open(pipeline('').replace('load: 10', 'load: { trace: none.csv }'));
    const state = pipelineLenses(document as never).find((lens) => lens instanceof ProfiledLens)!;
    expect(profiledCommand(state, createStageProfiles())).toMatchObject({
      ...{ title: 'cannot be read', tooltip: expect.stringContaining('none.csv') as string },
      ...{ command: 'greenbatch.solvePipeline', arguments: [document.uri] },
    });
  });

  it('read again what a file names where that, or what the text says of it, is another one', async () => {
    const profiles = createStageProfiles();
    const document = open(pipeline('    profiles: [{ run: r1 }]'));
    const missing = () => {
      const found = profiles.of(document as never);
      return 'stages' in found && found.stages[0]!.missing !== null;
    };
    expect(missing()).toBe(true);
    await writeRun(workspace, 'r1', join(workspace, 'detect.energy.yaml'), experiment);
    expect(missing()).toBe(false);
    const found = profiles.of(document as never);
    document.text = `${document.text.replace('slaSeconds: 1', 'slaSeconds: 2')}# more\n`;
    expect(profiles.of(document as never)).toBe(found);
    document.text = document.text.replace('load: 10', 'load: 11');
    expect(profiles.of(document as never)).not.toBe(found);
    rmSync(join(workspace, '.greenbatch'), { recursive: true });
    expect(missing()).toBe(true);
  });

  it('say of a mistake that no measuring mends that it is one, and where to see it', () => {
    writeFileSync(join(workspace, 'a.csv'), 'variant,batch\n');
    const document = open(pipeline('    profiles: [{ table: a.csv }]'));
    expect(lenses(document)[2]).toEqual([4, 'has a mistake', null]);
  });

  it('look for nothing that a file names where the workspace is not trusted', () => {
    opened.isTrusted = false;
    const text = pipeline('    profiles: [{ run: r1 }, { table: a.csv }]');
    const shown = pipelineLenses(open(text) as never).map(({ command }) => command?.title);
    expect(shown.slice(2)).toEqual(['not looked for', 'not looked for']);
    const nothing = {
      of() {
        throw new Error('was read');
      },
      forget() {},
    };
    expect(pipelineProblems(open(text) as never, nothing)).toEqual([]);
    // That there is no profile stands in the file itself.
    expect(pipelineLenses(open(pipeline('')) as never)[2]!.command?.title).toContain('Profile this stage');
  });

  it('stand over each stage whatever the system says to what one of them names', () => {
    symlinkSync('round', join(workspace, 'round'));
    mkdirSync(join(workspace, '.greenbatch'));
    writeFileSync(join(workspace, '.greenbatch', 'runs'), 'no folder');
    for (const run of ['round', 'n'.repeat(900), 'nobody']) {
      const document = open(pipeline(`    profiles: [{ run: ${run} }, { table: ${run} }]`));
      expect(lenses(document).map(([line]) => line)).toEqual([0, 0, 4, 8]);
      expect(pipelineProblems(document as never, createStageProfiles())).toHaveLength(1);
      expect(pipelineActions(document as never, new Range(5, 0, 5, 0) as never)).toHaveLength(2);
    }
  });

  it('stand over the file alone where it is no valid pipeline', () => {
    expect(lenses(open('stages: 7\n')).map(([line, title]) => [line, title])).toEqual([
      [0, 'Open pipeline view'],
      [0, 'Solve'],
    ]);
  });
});

describe('light bulbs and problems of a pipeline', () => {
  const titles = (text: string, from: number, to = from) =>
    pipelineActions(open(text) as never, new Range(from, 0, to, 0) as never).map(({ title }) => title);

  it('offer to profile the stages that are touched and lack a profile', () => {
    const text = pipeline('');
    expect(titles(text, 5)).toEqual(['Profile the stage detect', 'Open pipeline view']);
    expect(titles(text, 0, 12)).toEqual(['Profile the stage detect', 'Open pipeline view']);
    expect(titles(text, 9)).toEqual(['Open pipeline view']);
    expect(titles('stages: 7\n', 0)).toEqual([]);
  });

  const problems = (text: string) =>
    pipelineProblems(open(text) as never, createStageProfiles()).map(({ range, message, severity }) => [
      severity,
      [range.start.line, range.start.character, range.end.character],
      message,
    ]);

  it('tell what is wrong where it stands', () => {
    const text = pipeline('    profiles: [{ run: r1, table: a.csv }]').replace('load: 10', 'load: -1');
    expect(problems(text)).toEqual([
      [0, [1, 6, 8], expect.stringMatching(/^load: .*allowed/)],
      [0, [7, expect.any(Number), expect.any(Number)], expect.stringContaining('exactly one of run, table, options')],
    ]);
  });

  it('tell of a valid one what is wrong with what it names', () => {
    writeFileSync(join(workspace, 'a.csv'), 'variant,batch\n');
    expect(problems(pipeline('    profiles: [{ table: a.csv }]'))).toEqual([
      [0, [4, 2, 16], expect.stringMatching(/^detect: a\.csv: line 1: without the columns/)],
    ]);
    expect(problems(pipeline('').replace('load: 10', 'load: { trace: none.csv }'))).toEqual([
      [2, [4, 2, 16], 'The stage detect is not profiled yet.'],
      [0, [1, 0, 25], expect.stringContaining('load.trace cannot be read')],
    ]);
  });

  it('tell of a valid one which stages are to be profiled', () => {
    expect(problems(pipeline(''))).toEqual([[2, [4, 2, 16], 'The stage detect is not profiled yet.']]);
    expect(problems(pipeline('    profiles: [{ run: r1 }, { table: no.csv }]'))).toEqual([
      [2, [4, 2, 16], 'The stage detect names what is not there: run r1 and no.csv.'],
    ]);
  });
});

it('an IPA run config has one lens, at its name; no other file has it', () => {
  const keys = ['nodes', 'profiling_series', 'model_name', 'task_name', 'alpha', 'beta', 'gamma'];
  const text = `a: 1\npipeline_name: video\n${[...keys, 'scaling_cap', 'batching_cap'].map((key) => `${key}: 1\n`).join('')}`;
  const found = (name: string) =>
    ipaLenses(documentOf(name, text) as never).map((lens) => [lens.range.start.line, lens.command?.title]);
  expect(found('/w/video.yaml')).toEqual([[1, 'Import as pipeline']]);
  expect(found('/w/video.txt')).toEqual([]);
});
