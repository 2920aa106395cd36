import { describe, expect, it } from 'vitest';
import { readProfileTable } from '../../../../src/core/ipa/profileTable';
import { hasIpaData, ipaFile, problemsOf, rowsOf, valueOf } from '../../../support/ipaFiles';

const head = 'series,node_name,model_variant,cpu_request,max_batch_size,load';
const read = (text: string) => readProfileTable(text, 'a.csv');

describe('a profile table', () => {
  it('has a row an experiment, with its place', () => {
    expect(rowsOf()[0]).toMatchObject({
      ...{ series: 71, node: 'yolo', variant: 'small', cores: 1, batch: 1, load: 20, place: 'table.csv:2' },
      ...{ latencySeconds: { p99: 0.1, avg: 0.05 }, throughput: { max: 10 } },
    });
  });

  it('may name its columns as IPA does, or one reference beside one latency', () => {
    const ipa = valueOf(read(`${head},model_latencies_p95,throughput_avg\n1,n,v,2,4,10,0.5,8\n`))[0]!;
    expect([ipa.latencySeconds, ipa.throughput]).toEqual([{ p95: 0.5 }, { avg: 8 }]);
    const one = valueOf(read(`${head},latency_ref,latency_s,throughput_max_rps\n1,n,v,.5,4,10,avg,,8\n`))[0]!;
    expect([one.latencySeconds, one.cores]).toEqual([{ avg: null }, 0.5]);
  });

  it.each([
    [`${head},throughput_max_rps\n1,n,v,1,1,1,2\n`, /1 {2}has no latency/],
    [`${head},latency_p99_s\n1,n,v,1,1,1,2\n`, /1 {2}has no throughput/],
    [`${head},latency_p99_s,throughput_max_rps\n1,n,v,1,1,1,x,2\n`, /2 {2}has "x" for latency_p99_s/],
    [`${head},latency_p99_s,throughput_max_rps\n1,n,v,1,1,1,-2,2\n`, /2 {2}has "-2" for latency_p99_s/],
    [
      `${head},latency_p99_s,throughput_max_rps\n1,n,v,0,1,1,2,2\n`,
      /2 {2}has "0" for cpu_request; allowed: a number above 0/,
    ],
    [
      `${head},latency_p99_s,throughput_max_rps\n1,n,v,1,1.5,1,2,2\n`,
      /for max_batch_size; allowed: a whole number from 1/,
    ],
    [`${head},latency_p99_s,throughput_max_rps\n1,,v,1,1,1,2,2\n`, /has no node_name that is one: a name is empty/],
    [`${head},latency_ref,latency_s,throughput_max_rps\n1,n,v,1,1,1,p98,2,2\n`, /"p98" for latency_ref p99, p95/],
    ['node_name\nx\n', /has no column series/],
  ])('is refused with its line', (text, message) => {
    expect(problemsOf(read(text)).join()).toMatch(message);
  });

  it.skipIf(!hasIpaData)('of IPA’s series are read (shared data, GREENBATCH_FIXTURES)', () => {
    const rows = (name: string) => valueOf(readProfileTable(ipaFile(name), name));
    expect(rows('profile-series85-audio.csv')).toHaveLength(20);
    expect(rows('profile-series97-98-99-nlp-pipeline.csv').map(({ series }) => series)).toContain(99);
    const video = rows('profile-video-partial.csv');
    expect(video.find(({ series }) => series === 74)!.latencySeconds).toEqual({ p99: null, avg: 0.352685, min: null });
  });
});
