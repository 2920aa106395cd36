import { describe, expect, it } from 'vitest';
import { pipelineFrontPlan } from '../../../../../webview/charts/plans/pipelineFront';
import { paperTheme as theme } from '../../../../../webview/look/paperTheme';
import { chainOf, problemOf, viewOf } from '../../../../support/pipelineViews';

const view = viewOf({ name: 'video', problem: problemOf() });

describe('the front as a chart', () => {
  const plan = pipelineFrontPlan(view, theme);

  it('has the points of the front in order, the answers beside them, and a ring around what was asked', () => {
    const [front, compared, asked] = plan.datasets;
    expect(plan.datasets.map(({ label }) => label)).toEqual(['Front', 'Other ways', 'As asked']);
    const xs = front!.data.map(({ x }) => x);
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    expect(xs).toHaveLength(view.front.length);
    expect(compared!.data.map(({ label }) => label)).toEqual([
      'Accuracy first',
      'Balanced',
      'Energy first',
      'Cost first',
    ]);
    const { answer } = view.answers[0]!;
    expect(asked!.data).toMatchObject([{ x: answer.joulesPerRequest, y: answer.accuracy }]);
    expect(asked).toMatchObject({
      pointRadius: 12,
      pointBorderColor: theme.chosen,
      pointBackgroundColor: 'transparent',
    });
    // What was asked is one of the front: alpha, beta and delta are all above 0, and nothing else counts.
    expect(front!.data.some(({ words }) => words!.some((word) => word.includes(answer.stages[0]!.variant)))).toBe(true);
  });

  it('tells of a point what is chosen there and what it comes to', () => {
    const point = plan.datasets[0]!.data[0]!;
    const [first] = view.front.toSorted((a, b) => a.joulesPerRequest - b.joulesPerRequest);
    expect(plan.words(point, 0)).toEqual([
      `Point 1 of ${view.front.length} of the front`,
      'Front',
      ...first!.stages.map(({ variant, batch, replicas }) => `${variant} b${batch} ×${replicas}`),
      `accuracy ${first!.accuracy.toPrecision(3)}`,
      `${first!.cores} cores`,
      expect.stringMatching(/ ms$/),
      expect.stringMatching(/ J\/request$/),
    ]);
  });

  it('says in words what it shows, and has the whole choice in its table', () => {
    expect(plan.summary).toMatch(
      /^\d+ choices that no other one beats in both: Energy \(J\/request\) and Accuracy\. As asked: Energy \(J\/request\) [\d.]+ and Accuracy 0\.\d+\.$/,
    );
    const { columns, rows } = plan.table();
    expect(columns).toEqual(['point', 'Accuracy', 'Cores', 'Latency (ms)', 'Energy (J/request)', 'choice']);
    expect(rows).toHaveLength(view.front.length);
    expect(rows[0]!.at(-1)).toMatch(/ b\d+ ×\d+ → resnet/);
  });

  it('shows latency in ms where that is an axis', () => {
    const other = pipelineFrontPlan(
      viewOf({ name: 'video', problem: problemOf() }, { axes: ['latencySeconds', 'joulesPerRequest'] }),
      theme,
    );
    expect(other.datasets.at(-1)!.data[0]!.x).toBeCloseTo(1000 * view.answers[0]!.answer.latencySeconds!, 9);
  });

  it('keeps lines short whatever names are, and is empty without a solution', () => {
    const long = viewOf({ name: 'long', problem: chainOf(3, (word, i) => `${word}-${i}-${'n'.repeat(60)}`) });
    for (const { data } of pipelineFrontPlan(long, theme).datasets)
      for (const { words } of data) for (const word of words!) expect(word.length).toBeLessThanOrEqual(48);
    const none = pipelineFrontPlan(viewOf({ name: 'video', problem: problemOf({ slaSeconds: 0.001 }) }), theme);
    expect(none.datasets.flatMap(({ data }) => data)).toEqual([]);
  });
});
