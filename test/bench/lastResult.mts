import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recogniseConfig } from '../../src/core/configFiles/recognise';
import { resultLine } from '../../src/core/configFiles/resultHint';
import { analyseFor, findLastResult } from '../../src/runs/index/lastResult';
import { listRunFolders } from '../../src/runs/store/runFolder';
import { createRunIndex } from '../../src/runs/index/runIndex';
import { writeRun } from '../support/runFolders';

/** How long a CodeLens takes to find its result among 500 runs: the first time, and from then on. */
const runs = 500;
const limitMs = 100;

const workspace = mkdtempSync(join(tmpdir(), 'greenbatch-bench-'));
const example = readFileSync('media/example/first-sweep.energy.yaml', 'utf8');
const file = join(workspace, 'a.energy.yaml');
for (let i = 0; i < runs; i++) {
  const seed = `${example}preferences: { energy: 1 }\n`.replace('count: 64, seed: 1', `count: 64, seed: ${i}`);
  await writeRun(workspace, `20261123-${String(i).padStart(6, '0')}-sweep-0000`, file, seed);
}
appendFileSync(file, example.replace('count: 64, seed: 1', 'count: 64, seed: 7'));
const text = readFileSync(file, 'utf8');

const milliseconds: Record<'cold' | 'warm' | 'analysis', number[]> = { cold: [], warm: [], analysis: [] };
const timed = async <T,>(name: keyof typeof milliseconds, body: () => Promise<T> | T): Promise<T> => {
  const start = performance.now();
  const value = await body();
  milliseconds[name].push(performance.now() - start);
  return value;
};
for (let repeat = 0; repeat < 7; repeat++) {
  const index = createRunIndex();
  const config = recogniseConfig(file, text)!;
  const find = () => findLastResult(config, file, index, listRunFolders(workspace));
  const found = (await timed('cold', find))!;
  for (let again = 0; again < 5; again++) await timed('warm', find);
  const { analysis } = await timed('analysis', () => analyseFor(config, 'a.energy.yaml', found));
  if (repeat === 0) console.log(`${found.state}: ${resultLine(analysis)}`);
}
rmSync(workspace, { recursive: true });

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
const { cold, warm, analysis } = milliseconds;
console.log(`${runs} runs: first look ${cold[0]!.toFixed(1)} ms, median of first looks ${median(cold).toFixed(1)} ms`);
console.log(
  `later looks ${median(warm).toFixed(1)} ms, reading and analysing the one found ${median(analysis).toFixed(1)} ms`,
);
console.log(`a CodeLens resolves in ${(median(warm) + median(analysis)).toFixed(1)} ms (limit ${limitMs} ms)`);
if (median(cold) + median(analysis) > limitMs) process.exitCode = 1;
