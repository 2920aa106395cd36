import type { Parameter } from './graph';

/**
 * As much of the Protocol Buffers wire format as writing ONNX needs (protobuf.dev, "Encoding"). A message is a
 * list of pieces; large pieces are not copied, and a parameter stands for
 * bytes that are made only when it is their turn.
 */
export type Piece = Uint8Array | { bytes: number; parameter: Parameter };

export function byteLength(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : piece.bytes), 0);
}

/** Whole number ≥ 0, up to 2⁵³. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}

export function integerField(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field * 8), ...varint(value)]);
}

/** A 32-bit float. */
export function floatField(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field * 8 + 5), ...new Uint8Array(new Float32Array([value]).buffer)]);
}

export function textField(field: number, text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  return Uint8Array.from([...varint(field * 8 + 2), ...varint(bytes.length), ...bytes]);
}

/** A message or bytes inside a message. */
export function lengthField(field: number, pieces: readonly Piece[]): Piece[] {
  return [Uint8Array.from([...varint(field * 8 + 2), ...varint(byteLength(pieces))]), ...pieces];
}
