import { describe, expect, it } from 'vitest';
import { flowForIpa, keyForIpa } from '../../../../src/core/ipa/exportedFile';

describe('YAML that version 1.1 reads alike', () => {
  it('has a point and a sign in numbers with an exponent', () => {
    expect([1e-6, 1.5e-7, 1e21, -2e-9, 0.001, 12].map((value) => flowForIpa(value))).toEqual([
      ...['0.000001', '1.5e-7', '1.0e+21', '-2.0e-9', '0.001', '12'],
    ]);
  });

  it('has texts in quotes that could be something else', () => {
    expect(flowForIpa({ a: ['yes', 'plain', '4', null, true], 8: 1e-7 })).toBe(
      '{ 8: 1.0e-7, a: ["yes", plain, "4", null, true] }',
    );
    expect(['12', '0', 'on', 'a b', 'yolov5n'].map(keyForIpa)).toEqual(['12', '"0"', '"on"', '"a b"', 'yolov5n']);
  });
});
