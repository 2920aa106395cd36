import { expect, it, vi } from 'vitest';
import { fileOfState } from '../../../../src/extension/pipeline/pipelineViews';

vi.mock('vscode', () => import('../../../support/fakeEditor'));

it('opens of a page’s state only a pipeline of an open folder', () => {
  const path = (state: unknown) => fileOfState(state)?.fsPath ?? null;
  expect(path({ file: 'file:///workspace/a/video.pipeline.yaml', sliders: 1 })).toBe(
    '/workspace/a/video.pipeline.yaml',
  );
  const others = [
    undefined,
    null,
    'file:///workspace/video.pipeline.yaml',
    {},
    { file: 7 },
    { file: 'file:///workspace/video.yaml' },
    { file: 'file:///elsewhere/video.pipeline.yaml' },
    { file: 'https://workspace/video.pipeline.yaml' },
    { file: '/workspace/video.pipeline.yaml' },
    { file: ':video.pipeline.yaml' },
  ];
  for (const state of others) expect(path(state), JSON.stringify(state)).toBeNull();
});
