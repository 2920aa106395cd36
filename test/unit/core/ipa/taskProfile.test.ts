import { describe, expect, it } from 'vitest';
import { taskProfile } from '../../../../src/core/ipa/taskProfile';
import { configOf, rowsOf, tableText } from '../../../support/ipaFiles';

const accuracies = new Map([
  ['large', 0.689],
  ['small', 0.457],
]);
const of = (rows = rowsOf(), more: Partial<Parameters<typeof taskProfile>[1]> = {}) =>
  taskProfile(rows, { ...configOf(), task: 'crop', node: 'yolo', series: 71, load: 20, accuracies, ...more });

describe('the profile of a task', () => {
  it('is of its node and series, by the references, variants by accuracy', () => {
    const { variants, cores, notes } = of();
    expect(variants.map(({ variant }) => variant)).toEqual(['small', 'large']);
    expect(cores).toEqual([1, 2]);
    expect(variants[0]!.byCores.get(1)!.map(({ batch }) => batch)).toEqual([1, 2, 8]);
    expect(variants[0]!.byCores.get(1)![0]).toEqual({ batch: 1, latencySeconds: 0.1, throughput: 10 });
    expect(notes).toEqual([]);
    expect(of(rowsOf(), { reference_latency: 'avg' }).variants[0]!.byCores.get(1)![0]!.latencySeconds).toBe(0.05);
  });

  it('has the margins of the run config', () => {
    const point = of(rowsOf(), { latency_margin: 100, throughput_margin: -50 }).variants[0]!.byCores.get(1)![0];
    expect(point).toEqual({ batch: 1, latencySeconds: 0.2, throughput: 5 });
  });

  it('leaves out variants without an accuracy, and a number of cores where a latency is missing', () => {
    const found = of(rowsOf(), { accuracies: new Map([['small', 0.4]]) });
    expect(found.variants.map(({ variant }) => variant)).toEqual(['small']);
    expect(found.notes.join()).toMatch(/no accuracy: large/);
    const torn = of(rowsOf(tableText.replace(/^(71,video,yolo,large,2,8,20),[^,]+/m, '$1,nan')));
    expect([...torn.variants[1]!.byCores.keys()]).toEqual([1]);
    expect(torn.notes.join()).toMatch(/missing: large with 2 cores/);
  });

  it('says what there is instead of what was asked for', () => {
    expect(() => of(rowsOf(), { node: 'yola' })).toThrow(
      /no profile of node yola in series 71 .*yolo in 71, resnet in 72/,
    );
    expect(() => of(rowsOf(), { load: 10 })).toThrow(/at load 10 .*has load 20/);
    expect(() => of(rowsOf(), { reference_latency: 'p95' })).toThrow(
      /table.csv:2 has no p95 latency .*it has p99 and avg/,
    );
    expect(() => of(rowsOf(), { reference_throughput: 'avg' })).toThrow(/has no avg throughput .*it has max/);
    expect(() => of(rowsOf(), { accuracies: new Map([['x', 1]]) })).toThrow(
      /none of the profiled variants \(small, large\); they have x/,
    );
    expect(() => of([])).toThrow(/have no row/);
    const none = rowsOf().map((row) => ({ ...row, latencySeconds: { p99: null } }));
    expect(() => of(none)).toThrow(/no profile at load 20 has both/);
  });

  it('refuses two profiles of one thing, with both places', () => {
    expect(() => of([...rowsOf(), { ...rowsOf()[0]!, place: 'other.csv:7' }])).toThrow(
      /other.csv:7 and table.csv:2 both profile small at batch 1 with 1 cores/,
    );
  });
});
