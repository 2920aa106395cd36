import { describe, expect, it } from 'vitest';
import { judgeRun } from '../../../../../src/core/analysis/verdict/judgeRun';
import { ownVerdicts } from '../../../../../src/core/analysis/verdict/ownVerdicts';
import { widerRun } from '../../../../webview/harness/runs';

describe('ownVerdicts', () => {
  it('are those of all models, unless each says what the whole sweep says', () => {
    const { results, terms } = widerRun();
    const judged = judgeRun(results, terms);
    const verdictByModel = { alike: judged.verdict, other: { ...judged.verdict, sentence: 'Batch 8 is greenest.' } };
    expect(ownVerdicts({ ...judged, verdictByModel })).toEqual(Object.entries(verdictByModel));
    expect(ownVerdicts({ ...judged, verdictByModel: { a: judged.verdict, b: judged.verdict } })).toEqual([]);
  });
});
