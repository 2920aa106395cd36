import { expect, it } from 'vitest';
import { experimentPath } from '../../../../src/core/spec/experimentPath';

it('writes paths so that none is taken for a built-in name, with / on every system', () => {
  expect(experimentPath('yolov7.onnx')).toBe('./yolov7.onnx');
  expect(experimentPath('..\\models\\best.onnx')).toBe('../models/best.onnx');
  expect(experimentPath('weights/')).toBe('./weights');
  expect(experimentPath('/')).toBe('/');
  expect(experimentPath('C:\\weights\\')).toBe('C:/weights');
});
