import type { Size } from '../../../core/spec/spec';

/**
 * Height and width that a JPEG's frame header states (ITU-T T.81 B.2.2), before any EXIF rotation, or
 * null where it is not a JPEG or has no frame header. A few microseconds, against 0.2 ms for asking
 * the image library; it also means that a lie in the header is not trusted beyond choosing a scale.
 */
export function jpegSize(bytes: Uint8Array): Size | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    // SOF0…SOF15 without DHT (C4), JPG (C8) and DAC (CC), which share the range.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      const size = { height: word(bytes, at + 5), width: word(bytes, at + 7) };
      return size.height > 0 && size.width > 0 ? size : null;
    }
    const length = word(bytes, at + 2);
    if (marker === 0xda || marker === 0xd9 || length < 2) return null;
    at += 2 + length;
  }
  return null;
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
