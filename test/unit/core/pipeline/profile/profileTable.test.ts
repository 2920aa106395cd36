import { describe, expect, test } from 'vitest';
import { toCsv } from '../../../../../src/core/export/csv';
import type { PipelineOption } from '../../../../../src/core/pipeline/problem';
import { parseProfileTable, profileTable } from '../../../../../src/core/pipeline/profile/profileTable';
import { seededRandom } from '../../../../../src/core/statistics/random';

const head =
  'variant,batch,accuracy,cores,latencySeconds,throughput,joulesPerRequest,idleWattsPerCore,energyIncludesIdle';
const problem = (text: string) => {
  const found = parseProfileTable(text);
  return 'problem' in found ? found.problem : 'none';
};

describe('a table of options', () => {
  test('is read as it is written, to the digit', () => {
    const random = seededRandom(3);
    const options = Array.from({ length: 200 }, (_, i): PipelineOption => ({
      variant: ['a', 'with, comma', 'with "quotes"', '-minus', "'apostrophe", 'é'][i % 6]!,
      ...{ batch: 1 + i, accuracy: random() - 0.5, cores: 10 * random(), latencySeconds: 1e-9 * random() },
      ...{ throughput: 1e6 * random(), joulesPerRequest: random() },
      ...(i % 3 === 0 && { idleWattsPerCore: random() }),
      ...(i % 3 === 1 && { energyIncludesIdle: i % 2 === 0 }),
    }));
    expect(parseProfileTable(toCsv(profileTable(options)))).toEqual({ options });
  });

  test('may leave out what nobody knows, in any order of columns', () => {
    const text = 'joulesPerRequest,batch,variant,cores,latencySeconds,throughput\n1.5,2,a,4,.1,20\n';
    expect(parseProfileTable(text)).toEqual({
      options: [
        {
          variant: 'a',
          batch: 2,
          accuracy: null,
          cores: 4,
          latencySeconds: 0.1,
          throughput: 20,
          joulesPerRequest: 1.5,
        },
      ],
    });
  });

  test.each([
    ['', 'it is empty; its first line is: variant,batch'],
    [`${head}\n`, 'it has no row below its head'],
    ['variant,batchs\n', 'line 1: the column "batchs" is not known: did you mean batch?'],
    ['variant,variant\n', 'line 1: the column variant stands twice'],
    ['variant,batch,cores\n', 'line 1: without the columns latencySeconds, throughput, joulesPerRequest'],
    [`${head}\na,1,0.5,1\n`, 'line 2: has 4 cells where the head has 9'],
    [`${head}\n\na,one,0.5,1,1,1,1,1,\n`, 'line 3: batch is "one", not a number'],
    [`${head}\na,1,0.5,1,1,0,1,1,\n`, 'line 2: throughput: '],
    [`${head}\na,1,0.5,,1,1,1,1,\n`, 'line 2: cores is "", not a number'],
    [`${head}\na,1,0.5,1,1,1,1,1,perhaps\n`, 'line 2: energyIncludesIdle is "perhaps"'],
    [`${head}\na,1e999,0.5,1,1,1,1,1,\n`, 'line 2: batch is "1e999", not a number'],
    [`${head}\na,"1,0.5,1\n`, 'line 2: a quote is not closed'],
    [`${head}\n${'x,1,1,0,1,1,1,,\n'.repeat(9)}`, 'line 6: cores'],
  ])('%j is refused', (text, expected) => {
    expect(problem(text)).toContain(expected);
  });
});
