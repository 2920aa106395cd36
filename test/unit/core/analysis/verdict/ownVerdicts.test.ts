import { describe, expect, it } from 'vitest';
import { judgeRun } from '../../../../../src/core/analysis/verdict/judgeRun';
import { ownVerdicts } from '../../../../../src/core/analysis/verdict/ownVerdicts';
import { widerRun } from '../../../../webview/harness/runs';

describe('ownVerdicts', () => {
  it('are those of the models that say something else than the whole sweep', () => {
    const { results, terms } = widerRun();
    const judged = judgeRun(results, terms);
    const verdictByModel = { alike: judged.verdict, other: { ...judged.verdict, sentence: 'Batch 8 is greenest.' } };
    expect(ownVerdicts({ ...judged, verdictByModel }).map(([model]) => model)).toEqual(['other']);
  });
});
