import { describe, expect, it } from 'vitest';
import { placeless, withoutPlaces } from '../../../../src/core/words/placeless';

const roots = ['/home/jo/my work'];

describe('a text without places', () => {
  it.each([
    ['/home/jo/my work/models/a.onnx', 'models/a.onnx'],
    ["ENOENT: no such file, open '/home/jo/other/b.pt'", "ENOENT: no such file, open '…/b.pt'"],
    ['weights=/data/weights/yolov7.pt, 3 of them', 'weights=…/yolov7.pt, 3 of them'],
    ['C:\\Users\\jo\\b.pt is gone', '…\\b.pt is gone'.replace('\\', '/')],
    ['~/models/b.pt', '…/b.pt'],
    ['/home/jo/my work', '.'],
    ['(/opt/x/y)', '(…/y)'],
    ["open '/home/Jane Roe/Secret Client/m' failed", "open '…/m' failed"],
    ['cannot read "C:\\Users\\Jane Roe\\m", sorry', 'cannot read "…/m", sorry'],
    ['file:///home/carol/top/x', 'file://…/x'],
    ['fs:/export/home/bob/acme', 'fs:…/acme'],
    ['x:/team/plan/y', '…/y'],
    ['~dora/y', '…/y'],
    ['no /home/Jane Roe/Secret Client/m.onnx, at 2 J/image', 'no …/m.onnx, at 2 J/image'],
    ['/srv/Acme (old)/runs of May/m is torn', '…/m is torn'],
    ['/srv/a/m.onnx takes 2.31 J/image, 5 images/s and I/O', '…/m.onnx takes 2.31 J/image, 5 images/s and I/O'],
    ["open '/home/Jo O'Brien/a/m': it's gone", "open '…/m': it's gone"],
    ['from /a/b c/d to ~/e f/g and /h/i', 'from …/d to …/g and …/i'],
    ['on \\\\srv\\share\\eve', 'on …/eve'],
  ])('%s becomes %s', (text, shown) => expect(placeless(text, roots)).toBe(shown));

  it.each([
    '2.31 J/image, images/s and 8 × 2',
    '/sys/class/powercap/intel-rapl:0/energy_uj',
    '/proc/stat and/or /dev/cpu/0/msr',
    'models/a.onnx of https://example.org/a/b/c',
    'a ratio of 1/2/3, /x',
    "it's 2 J/image, and '5 images/s' is more",
    'about ~5 J/image, ~10/s, ~/ and file:x',
  ])('leaves %s alone', (text) => expect(placeless(text, roots)).toBe(text));

  it('goes through data, names of keys too, and leaves buffers and numbers', () => {
    const buffer = new ArrayBuffer(8);
    const value = { '/a/b/c.onnx': [{ at: '/home/jo/my work/x', n: 1, none: null, buffer }] };
    expect(withoutPlaces(value, roots)).toEqual({ '…/c.onnx': [{ at: 'x', n: 1, none: null, buffer }] });
    expect((withoutPlaces(value, roots) as Record<string, (typeof value)['/a/b/c.onnx']>)['…/c.onnx']![0]!.buffer).toBe(
      buffer,
    );
  });
});
