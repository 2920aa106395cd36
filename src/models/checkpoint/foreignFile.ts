import { closeSync, readSync } from 'node:fs';
import { openToRead } from '../../machine/regularFile';
import { ModelError } from '../modelError';
import type { Archive } from './archive';
import { describeValue, PickledObject, type PickleValue, Tensor } from './pickleValue';

const exportToOnnx = 'export it to .onnx with the program it was made by, and name that file';

/** @throws ModelError saying what a file is that is no archive, and what to do */
export function requireArchive(file: string): void {
  const bytes = Buffer.alloc(64);
  const { fd: descriptor } = openToRead(file);
  let length: number;
  try {
    length = readSync(descriptor, bytes, 0, bytes.length, 0);
  } finally {
    closeSync(descriptor);
  }
  const start = bytes.subarray(0, length);
  if (start.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1'))) return;
  const text = start.toString('latin1');
  if (length === 0) throw new ModelError(`${file} is empty; download it again`);
  if (text.startsWith('version https://git-lfs')) {
    throw new ModelError(`${file} is only a pointer of Git LFS to the file; fetch it with: git lfs pull`);
  }
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) {
    throw new ModelError(`${file} is a web page, so its download failed; download the file itself`);
  }
  // torch.save before version 1.6: several pickles, the first of which is a magic number.
  if (start[0] === 0x80) {
    throw new ModelError(
      `${file} is a pickle or a checkpoint in the format before PyTorch 1.6; save it again with PyTorch 1.6 or later, or ${exportToOnnx}`,
    );
  }
  throw new ModelError(`${file} is no checkpoint of PyTorch (it does not begin as a ZIP archive); download it again`);
}

/** @throws ModelError if an archive of PyTorch's is no checkpoint */
export function requireCheckpoint({ file, entries }: Archive): void {
  if (!entries.has('constants.pkl') && ![...entries.keys()].some((name) => name.startsWith('code/'))) return;
  throw new ModelError(
    `${file} is a TorchScript model, which holds a program instead of an architecture; name the checkpoint it was made from, or ${exportToOnnx}`,
  );
}

/**
 * The network in a checkpoint's dict: the averaged weights (`ema`) of a training that goes on, else `model`.
 *
 * @throws ModelError saying what the file holds instead of a YOLOv7 or YOLOv5 detector
 */
export function requireModel(root: PickleValue, file: string): PickledObject {
  const get = (key: string) => (root instanceof Map ? root.get(key) : undefined);
  const model = get('ema') instanceof PickledObject ? get('ema') : (get('model') ?? root);
  if (model instanceof PickledObject) {
    const { module, name, path } = model.type;
    if (/(^|\.)models\.yolo$/.test(module) && (name === 'Model' || name === 'DetectionModel')) return model;
    if (module.startsWith('ultralytics.')) {
      throw new ModelError(
        `${file} holds a ${path}: a network of YOLOv8 or later; export it with: yolo export model=${file} format=onnx`,
      );
    }
    throw new ModelError(
      `${file} holds a ${path}; checkpoints of YOLOv7 and YOLOv5 detectors can be read: ${exportToOnnx}`,
    );
  }
  const states = [root, get('model'), get('state_dict'), get('model_state_dict')];
  if (states.some((state) => state instanceof Map && [...state.values()].some((value) => value instanceof Tensor))) {
    throw new ModelError(
      `${file} holds weights without an architecture (a state_dict); save the whole model ({'model': model}) with the program it was made by, or ${exportToOnnx}`,
    );
  }
  throw new ModelError(
    `${file} holds ${describeValue(root)} without a model; checkpoints of YOLOv7 and YOLOv5 detectors can be read`,
  );
}
