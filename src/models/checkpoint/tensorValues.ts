import { ModelError } from '../modelError';
import { type Archive, readEntry, verifyEntry } from './archive';
import type { Tensor } from './pickleValue';

/** Values as float32, from the bytes of a storage (little-endian), for each of PyTorch's float types. */
const elementTypes: Record<string, { bytes: number; decode: (view: DataView, index: number) => number }> = {
  HalfStorage: { bytes: 2, decode: (view, i) => halfValue(view.getUint16(2 * i, true)) },
  BFloat16Storage: { bytes: 2, decode: (view, i) => bfloatValue(view.getUint16(2 * i, true)) },
  FloatStorage: { bytes: 4, decode: (view, i) => view.getFloat32(4 * i, true) },
  DoubleStorage: { bytes: 8, decode: (view, i) => view.getFloat64(8 * i, true) },
};

/**
 * Reads tensors of one file. Each storage is compared with its checksum when it is first used.
 *
 * @returns reads a tensor in row-major order, whatever its offset and strides; throws ModelError if its storage is
 *   missing, too short, altered, or holds no floats
 */
export function tensorReader(archive: Archive): (name: string, tensor: Tensor) => Float32Array {
  const verified = new Set<string>();
  return (name, tensor) => {
    const { storage, offset, shape, strides } = tensor;
    const entry = archive.entries.get(`data/${storage.key}`);
    const element = Object.hasOwn(elementTypes, storage.type) ? elementTypes[storage.type] : undefined;
    if (!element) {
      throw new ModelError(
        `${archive.file}: ${name} is stored as ${storage.type}; allowed: ${Object.keys(elementTypes).join(', ')}`,
      );
    }
    if (!entry || entry.bytes < storage.elements * element.bytes) {
      const problem = entry ? `has ${entry.bytes} bytes instead of ${storage.elements * element.bytes}` : 'is missing';
      throw new ModelError(
        `${archive.file} is damaged: entry data/${storage.key}, needed for ${name}, ${problem}; take the file from its source again`,
      );
    }
    if (!verified.has(storage.key)) {
      verifyEntry(archive, entry, name);
      verified.add(storage.key);
    }
    const last = shape.reduce((sum, n, i) => sum + (n - 1) * (strides[i] ?? 0), 0);
    const values = new Float32Array(shape.reduce((product, n) => product * n, 1));
    if (values.length === 0) return values;
    const bytes = readEntry(archive, entry, offset * element.bytes, (last + 1) * element.bytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isContiguous = last + 1 === values.length && isRowMajor(shape, strides);
    for (let i = 0; i < values.length; i++) {
      values[i] = element.decode(view, isContiguous ? i : place(i, shape, strides));
    }
    return values;
  };
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== expected) return false;
    expected *= shape[i] ?? 1;
  }
  return true;
}

function place(index: number, shape: readonly number[], strides: readonly number[]): number {
  let rest = index;
  let at = 0;
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i] ?? 1;
    at += (rest % size) * (strides[i] ?? 0);
    rest = Math.floor(rest / size);
  }
  return at;
}

/** All 65,536 values of binary16 (IEEE 754-2008), made on first use. */
let halves: Float32Array | undefined;

function halfValue(bits: number): number {
  halves ??= Float32Array.from({ length: 65_536 }, (_, i) => {
    const exponent = (i >> 10) & 31;
    const fraction = i & 1023;
    const sign = i & 0x8000 ? -1 : 1;
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
  });
  return halves[bits] ?? 0;
}

const word = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
function bfloatValue(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}
