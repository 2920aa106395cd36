import { describe, expect, it } from 'vitest';
import { howToGet, officialModel } from '../../../../src/core/plan/getting';

describe('how what is missing is got', () => {
  it('names the archives of COCO’s validation set by the names of its files', () => {
    expect(howToGet('images', './val2017')).toMatch(/val2017\.zip/);
    expect(howToGet('images', 'data/VAL2017.zip')).toMatch(/val2017\.zip/);
    expect(howToGet('annotations', './annotations/instances_val2017.json')).toMatch(/annotations_trainval2017\.zip/);
    expect(howToGet('images', './photos')).not.toMatch(/COCO/);
  });

  it('names the release of the official checkpoints, and of no others', () => {
    expect(howToGet('weights', './weights/yolov7-e6e.pt')).toMatch(/yolov7-e6e\.pt .*WongKinYiu/);
    expect(howToGet('weights', 'C:\\weights\\yolov7x.pt')).toMatch(/^yolov7x\.pt/);
    expect(howToGet('weights', './yolov7-x.pt')).not.toMatch(/WongKinYiu/);
    expect(officialModel('yolov7.pt')).toBe('yolov7');
    expect(officialModel('best.pt')).toBeNull();
  });
});
