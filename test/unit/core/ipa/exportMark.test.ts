import { expect, it } from 'vitest';
import { markLine, ofPipeline, ofStage, readMark } from '../../../../src/core/ipa/exportMark';

it('a mark is read back, whatever the names are, and is one line of YAML 1.1', () => {
  for (const name of ['video', 'a", sha256 b', 'line\u2028end', 'Grüße', '']) {
    const mark = { of: ofStage(ofPipeline(name), name), sha256: 'a1'.repeat(32) };
    const line = markLine(mark);
    expect(line).toMatch(/^#[ -~]*\n$/);
    expect(readMark(`${line}a: 1\n`)).toEqual({ mark, rest: 'a: 1\n' });
  }
  expect(readMark('# Read by Greenbatch\n')).toEqual({ mark: null, rest: '# Read by Greenbatch\n' });
  expect(readMark(`\n${markLine({ of: 'accuracies', sha256: '0'.repeat(64) })}`).mark).toBeNull();
});
