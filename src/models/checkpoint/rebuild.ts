import { Global, PickledObject, type PickleMap, type PickleValue, Storage, Tensor } from './pickleValue';

/**
 * All that a checkpoint's pickle may ask for by name. What stands in no table here is refused: nothing of the
 * file is ever run, each of these functions is our own.
 */

/** What it makes is no larger than its arguments. @throws RangeError if these are not what PyTorch writes */
type Rebuild = (args: PickleValue[]) => PickleValue;

const rebuilds: Record<string, Rebuild> = {
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': rebuildParameter,
  'torch._utils._rebuild_parameter_with_state': rebuildParameter,
  'collections.OrderedDict': ([pairs]) => rebuildDict(pairs),
  '__builtin__.set': rebuildList,
  'builtins.set': rebuildList,
  '__builtin__.frozenset': rebuildList,
  'builtins.frozenset': rebuildList,
  'torch.Size': rebuildList,
  'copy_reg._reconstructor': rebuildObject,
  'copyreg._reconstructor': rebuildObject,
};

/** Stand beside the model in checkpoints of a training (metrics, paths, dates); nobody needs their values. */
const opaque = new Set([
  'torch.device',
  'numpy.dtype',
  ...['numpy.core', 'numpy._core'].flatMap((core) => [`${core}.multiarray.scalar`, `${core}.multiarray._reconstruct`]),
  '_codecs.encode',
  ...['Path', 'PosixPath', 'WindowsPath', 'PurePosixPath', 'PureWindowsPath'].map((name) => `pathlib.${name}`),
  'datetime.datetime',
]);

/** Packages whose classes become a record of their attributes. */
const knownClasses =
  /^(models|utils|torch\.nn|torch\.optim|torchvision|ultralytics|yolov5|yolov7|yolox|timm|argparse|pathlib|collections)\./;

/** The function of ours that stands for the named one; undefined: not allowed. */
export function rebuildFor(callable: Global): Rebuild | undefined {
  if (opaque.has(callable.path)) return () => new PickledObject(callable);
  return Object.hasOwn(rebuilds, callable.path) ? rebuilds[callable.path] : undefined;
}

export function isKnownClass(type: Global): boolean {
  return knownClasses.test(`${type.module}.`);
}

/** What a persistent id stands for: `('storage', class, key, location, elements)`. */
export function rebuildStorage(id: PickleValue): Storage {
  const [kind, type, key, , elements] = Array.isArray(id) ? id : [];
  if (kind !== 'storage' || !(type instanceof Global) || !/^torch(\.storage)?$/.test(type.module)) {
    throw new RangeError('a persistent id that is no storage');
  }
  if (typeof key !== 'string' || !/^[\w.-]{1,64}$/.test(key) || !isCount(elements)) {
    throw new RangeError('a storage without key or size');
  }
  return new Storage(type.name, key, elements);
}

const mostDimensions = 16;

function rebuildTensor([storage, offset, shape, strides]: PickleValue[]): Tensor {
  if (!(storage instanceof Storage) || !isCount(offset) || !isCounts(shape) || !isCounts(strides)) {
    throw new RangeError('a tensor whose storage, offset, size or stride is none');
  }
  if (shape.length !== strides.length || shape.length > mostDimensions) {
    throw new RangeError(`a tensor with ${shape.length} sizes and ${strides.length} strides`);
  }
  // Views that repeat values are of no use as weights; so a tensor is never larger than what the file holds.
  const elements = shape.reduce((product, n) => product * n, 1);
  const last = shape.reduce((sum, n, i) => sum + (n - 1) * (strides[i] ?? 0), offset);
  if (elements > storage.elements || (elements > 0 && last >= storage.elements)) {
    throw new RangeError(
      `a tensor of ${shape.join('×')} (offset ${offset}, strides ${strides.join(', ')}) beyond its storage ${storage.key} of ${storage.elements} values`,
    );
  }
  return new Tensor(storage, offset, shape, strides);
}

function rebuildParameter([tensor]: PickleValue[]): PickleValue {
  if (tensor === undefined) throw new RangeError('a parameter without tensor');
  return tensor;
}

function rebuildDict(pairs: PickleValue | undefined): PickleMap {
  const map: PickleMap = new Map();
  for (const pair of Array.isArray(pairs) ? pairs : []) {
    if (!Array.isArray(pair) || pair.length !== 2) throw new RangeError('a dict of something else than pairs');
    map.set(pair[0] ?? null, pair[1] ?? null);
  }
  return map;
}

function rebuildList([items]: PickleValue[]): PickleValue {
  return Array.isArray(items) ? [...items] : [];
}

function rebuildObject([type]: PickleValue[]): PickledObject {
  if (!(type instanceof Global) || !isKnownClass(type)) throw new RangeError('an object without a known class');
  return new PickledObject(type);
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.length <= 64 && value.every(isCount);
}
