import { describe, expect, it } from 'vitest';
import { mapperColumns, readExperimentFile, readSeriesExperiments } from '../../../../src/core/ipa/profilingSeries';
import { hasIpaData, ipaFile, problemsOf, valueOf } from '../../../support/ipaFiles';

const answered = (latency: number, arrival = 1000) => ({
  times: {
    request: { sending: arrival, arrival: arrival + latency },
    models: { yolo: { arrival, serving: arrival + latency } },
  },
  model_name: 'yolo',
});
const file = (responses: unknown, throughput: unknown = [10, 20]) => JSON.stringify({ responses, throughput });

describe('an experiment of a profiling series', () => {
  it('has latencies of the model alone, with percentiles as numpy’s linear method has them', () => {
    // numpy.percentile([1, 2, 3, 4, 10], [50, 95, 99]) = 3, 8.8, 9.76
    const found = valueOf(
      readExperimentFile(file([[3, 1].map((s) => answered(s)), [10, 4, 2].map((s) => answered(s))]), 'yolo'),
    );
    expect(found.latencySeconds).toEqual({
      p99: 9.76,
      p95: expect.closeTo(8.8, 12) as number,
      p50: 3,
      avg: 4,
      max: 10,
      min: 1,
    });
    expect(found.throughput).toMatchObject({ max: 20, avg: 15, min: 10 });
    expect([found.answered, found.timeouts]).toEqual([5, 0]);
  });

  it('counts requests without times of a model as timeouts', () => {
    const failed = [{}, { times: { request: { sending: 1 } } }, { failed: true }, null, 'x'];
    const found = valueOf(readExperimentFile(file([failed, [answered(1)]]), 'yolo'));
    expect([found.answered, found.timeouts, found.latencySeconds.avg]).toEqual([1, 5, 1]);
    expect(valueOf(readExperimentFile(file([failed], []), 'yolo'))).toMatchObject({
      ...{ latencySeconds: { p99: null }, throughput: { max: null }, timeouts: 5 },
    });
  });

  it.each([
    ['', /1 {2}ends too soon/],
    ['{"responses": [[\n', /ends too soon/],
    ['{"responses":\n\n x}', /is no JSON/],
    ['[]', /has no responses/],
    ['{"responses": []}', /has no throughput/],
    [file([], ['10']), /throughput\[0\] is no number from 0/],
    [file([{}]), /responses\[0\] is no list/],
    [file([[{ times: { models: { other: { arrival: 1, serving: 2 } } } }]]), /has no "yolo", .*it has "other"/],
    [file([[{ times: { models: { yolo: { arrival: 1 } } } }]]), /are no times/],
    [file([[answered(-1)]]), /was served before it arrived/],
    [file([[{ times: { models: [] } }]]), /has no "yolo".*\(it has none\)/],
  ])('is refused where it is none (%#)', (text, message) => {
    expect(problemsOf(readExperimentFile(text, 'yolo')).join()).toMatch(message);
  });

  it('of great depth is no hang', () => {
    expect(readExperimentFile('['.repeat(1_000_000), 'yolo').ok).toBe(false);
    const deep = `{"responses": ${'['.repeat(100_000)}${']'.repeat(100_000)}, "throughput": []}`;
    expect(valueOf(readExperimentFile(deep, 'yolo')).timeouts).toBe(1);
  });
});

describe('the list of a profiling series', () => {
  const row = (id: string, more: Record<string, string> = {}) => {
    const cells: Record<string, string> = {
      ...{
        experiment_id: id,
        node_name: 'yolo',
        model_variant: 'v',
        cpu_request: '1',
        max_batch_size: '2',
        load: '20',
        series: '9',
      },
      ...more,
    };
    return mapperColumns.map((name) => cells[name] ?? 'x').join();
  };
  const list = (...rows: string[]) => [mapperColumns.join(), ...rows].join('\n');

  it('names its experiments', () => {
    expect(valueOf(readSeriesExperiments(list(row('1'), row('2', { series_meta: '"a, b"' }))))).toEqual([
      { id: '1', line: 2, series: 9, node: 'yolo', variant: 'v', cores: 1, batch: 2, load: 20 },
      expect.objectContaining({ id: '2', line: 3 }),
    ]);
  });

  it.each([
    [list(row('1'), row('1')), /3 {2}has the experiment_id 1, as line 2 has/],
    [list(row('../../x')), /2 {2}has "..\/..\/x" for experiment_id/],
    [list(row('1', { load: 'high' })), /2 {2}has "high" for load/],
    ['experiment_id\n1\n', /has no column node_name/],
  ])('is refused with its line', (text, message) => {
    expect(problemsOf(readSeriesExperiments(text)).join()).toMatch(message);
  });

  it.skipIf(!hasIpaData)(
    'of the synthetic series is read with its experiments (shared data, GREENBATCH_FIXTURES)',
    () => {
      const series = valueOf(readSeriesExperiments(ipaFile('synthetic/series-900/key_config_mapper.csv')));
      expect(series).toHaveLength(8);
      const first = valueOf(readExperimentFile(ipaFile('synthetic/series-900/1.json'), 'yolo'));
      // 1.json: six requests, serving − arrival by hand; numpy.percentile(…, 99) = .0619238.
      expect(first.answered).toBe(6);
      expect(first.latencySeconds.max).toBeCloseTo(0.061953, 6);
      expect(first.latencySeconds.p50).toBeCloseTo((0.060972 + 0.061097) / 2, 6);
      expect(first.latencySeconds.p99).toBeCloseTo(0.061953 - 0.05 * (0.061953 - 0.061608), 6);
      expect(first.throughput).toMatchObject({ max: 16.6667, avg: 15.83335 });
    },
  );
});
