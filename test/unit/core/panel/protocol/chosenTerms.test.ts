import { expect, it } from 'vitest';
import { chosenTerms } from '../../../../../src/core/panel/protocol/chosenTerms';
import { widerRun } from '../../../../webview/harness/runs';

it('takes limit and weights from the sliders, all else from the run, and no ranking that was decided under other terms', () => {
  const ofRun = { ...widerRun().terms, ranking: { energy: 'joulesPerUnit', message: null } } as const;
  expect(chosenTerms(ofRun, null)).toBe(ofRun);
  const preferences = { energy: 0, latency: 1, accuracy: 0 };
  const { ranking: _, ...others } = ofRun;
  expect(chosenTerms(ofRun, { preferences })).toEqual({ ...others, sla: undefined, preferences });
});
