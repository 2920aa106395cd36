import { closeSync, readSync } from 'node:fs';
import { openToRead } from '../../machine/regularFile';

/** One field of a message in a file; `value`: a number's value; `start` and `end`: where the bytes of a longer one lie. */
export type Field = { field: number; wire: number; value: number; start: number; end: number };

export type ProtobufFile = {
  size: number;
  /** The fields of a message between two positions; what is inside of them is not read. */
  fields(from: number, to: number): Generator<Field>;
  /** The text that a field holds, cut off after `mostBytes`. */
  text(field: Field, mostBytes?: number): string;
};

const chunk = 64 * 1024;
/** Read of one file, however often; many times what any model has, so that time is bounded whatever the file holds. */
const mostFields = 5_000_000;

/**
 * Walks a Protocol Buffers message (protobuf.dev, "Encoding") in a file within 64 KiB of memory, however large the file is.
 * A field of the wire format is a key, then a varint, bytes or a number.
 *
 * @throws RangeError (from `read`) where the bytes are no such message
 */
export function readProtobuf<Result>(file: string, read: (content: ProtobufFile) => Result): Result {
  const { fd: descriptor, size } = openToRead(file);
  try {
    return read(openFields(descriptor, size));
  } finally {
    closeSync(descriptor);
  }
}

function openFields(descriptor: number, size: number): ProtobufFile {
  const buffer = Buffer.alloc(chunk);
  let bufferStart = 0;
  let bufferEnd = 0;
  const byteAt = (position: number): number => {
    if (position < bufferStart || position >= bufferEnd) {
      bufferStart = position;
      bufferEnd = position + readSync(descriptor, buffer, 0, chunk, position);
      if (bufferEnd === bufferStart) throw new RangeError('it ends too early');
    }
    return buffer[position - bufferStart] as number;
  };
  const varintAt = (position: number): [value: number, end: number] => {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const byte = byteAt(position + i);
      value += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) return [value, position + i + 1];
    }
    throw new RangeError('a number is too long');
  };
  let left = mostFields;
  function* fields(from: number, to: number): Generator<Field> {
    for (let at = from; at < to;) {
      const [key, behindKey] = varintAt(at);
      const wire = key % 8;
      const field = Math.floor(key / 8);
      let value = 0;
      let start = behindKey;
      if (wire === 0 || wire === 2) [value, start] = varintAt(behindKey);
      const length = wire === 2 ? value : wire === 5 ? 4 : wire === 1 ? 8 : 0;
      const end = start + length;
      if (wire === 3 || wire === 4 || wire > 5 || field === 0 || end > to || end > size)
        throw new RangeError('its fields do not fit');
      if (--left < 0) throw new RangeError('it has more parts than any model');
      yield { field, wire, value, start, end };
      at = end;
    }
  }
  const text = ({ start, end }: Field, mostBytes = 4096): string => {
    const bytes = Buffer.alloc(Math.min(end - start, mostBytes));
    readSync(descriptor, bytes, 0, bytes.length, start);
    return bytes.toString('utf8');
  };
  return { size, fields, text };
}
