import { expect, test } from 'vitest';
import { parseLoadTrace } from '../../../../../src/core/pipeline/file/loadTrace';

const read = (text: string) => {
  const found = parseLoadTrace(text);
  return 'problem' in found ? found.problem : found.requestsPerSecond;
};

test.each<[string, unknown]>([
  ['3\n4.5\n0\n', [3, 4.5, 0]],
  ['requestsPerSecond\r\n3\r\n', [3]],
  ['seconds,requestsPerSecond\n0,3\n2,5\n', [3, 3, 5, 5]],
  ['0,3\n', [3]],
  ['0,3\n1,4\n4,5\n', [3, 4, 4, 4, 5, 5, 5]],
  ['', 'it has no value'],
  ['load\n', 'it has no value'],
  ['0\n0\n', 'its load is 0 all the time'],
  ['3\nx\n', 'line 2: "x" is no load: 0, or a number of requests per second from 0.000001 to 1000000'],
  ['3\n-1\n', 'line 2: "-1" is no load'],
  ['3\n1e-300\n', 'line 2: "1e-300" is no load'],
  ['3\n1,2\n', 'line 2: has 2 cells where the rows before it have 1'],
  ['60,3\n60,4\n', 'line 1: the trace begins at second 60'],
  ['0,3\n60,3\n60,4\n', 'line 3: second 60 does not come after 60'],
  ['0,3\n0.5,4\n', 'line 2: "0.5" is no whole second'],
  ['1,2,3\n', 'line 1: has more than 2 columns'],
])('the trace %j', (text, expected) => {
  if (typeof expected === 'string') expect(read(text)).toContain(expected);
  else expect(read(text)).toEqual(expected);
});
