import { describe, expect, it } from 'vitest';
import { pipelineText, type SolvedText } from '../../../../src/cli/text/pipelineText';
import { styleFor } from '../../../../src/cli/text/style';
import { comparedPipeline, solvedFront } from '../../../../src/core/pipeline/solvedPipeline';
import { problemOf, solveByTrying, video } from '../../../support/pipelineProblems';

const plain = styleFor(process.stdin as never);

function solved(input = video, more: Partial<SolvedText> = {}): SolvedText {
  const problem = problemOf(input);
  return { name: 'video', problem, ...comparedPipeline(problem, solveByTrying), front: null, ...more };
}

describe('a solved pipeline as text', () => {
  it('says everything in 60 columns', async () => {
    const front = solvedFront(problemOf(video), ['joulesPerRequest', 'accuracy']);
    const notes = ['classify: energy is gross, so no idle power is charged for its cores beside it.'];
    const text = pipelineText(solved(video, { front, notes }), plain, 60);
    await expect(text).toMatchFileSnapshot('../../../golden/pipeline-60.txt');
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(60);
  });

  it('says which limits cannot be kept together, and what would help', async () => {
    const text = pipelineText(solved({ ...video, slaSeconds: 0.1 }), plain, 60);
    await expect(text).toMatchFileSnapshot('../../../golden/pipeline-infeasible-60.txt');
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(60);
  });

  it('names solutions that are as good, and what the published code charges', () => {
    const [detect, classify] = video.stages;
    const twin = { ...detect!.options[0]!, variant: 'twin' };
    // The same variant and batch on more cores.
    const wide = { ...detect!.options[0]!, cores: 2, throughput: 20 };
    const stages = [{ ...detect!, options: [...detect!.options, twin, wide] }, classify!];
    const weights = { alpha: 0, beta: 1, gamma: 0, delta: 0 };
    const text = pipelineText(solved({ ...video, weights, stages, queueing: 'as-published' }), plain, 60);
    expect(text).toContain('As good as this\n');
    expect(text).toContain('  yolov5n b1 ×1 of 2 cores → resnet18 b8 ×1\n');
    expect(text).toContain('  twin b1 ×2 → resnet18 b8 ×1\n');
    expect(text.replace(/\s+/g, ' ')).toContain(
      'as the published code has it, filling batches is not charged and the limit is longer by 600 ms energy',
    );
    expect(text).toContain('objective −3\n');
  });
});
