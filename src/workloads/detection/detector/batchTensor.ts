import type { Size } from '../../../core/spec/spec';
import type { Detector } from './detector';

/** The input of one batch, used again for later ones. */
export type BatchTensor = {
  /** What is put in from now on is of this size, the largest that it was made for at most. */
  begin(size: Size): void;
  /** Puts an image, planar RGB 0…255, at place `slot` in the form that the model takes. */
  write(slot: number, pixels: Uint8Array): void;
  /** The first `images` of them; all of the batch where the model takes no fewer. */
  view(images: number): { data: Uint8Array | Float32Array; dims: number[] };
};

/**
 * [batch, 3, height, width] in the model's type, order of channels and range.
 *
 * @param sizes of the inputs that it has to hold; default: the detector's alone
 */
export function createBatchTensor(
  detector: Pick<Detector, 'session' | 'convention' | 'size' | 'fixedBatch'>,
  batchSize: number,
  sizes: readonly Size[] = [detector.size],
): BatchTensor {
  const { session, convention, fixedBatch } = detector;
  let { size } = detector;
  let plane = size.height * size.width;
  const largest = sizes.reduce((most, { height, width }) => Math.max(most, height * width), 0);
  const data = new (session.inputType === 'uint8' ? Uint8Array : Float32Array)(batchSize * 3 * largest);
  const scale = session.inputType === 'uint8' ? 1 : convention.white / 255;
  const planes = convention.channels === 'RGB' ? [0, 1, 2] : [2, 1, 0];
  return {
    begin(next) {
      size = next;
      plane = size.height * size.width;
    },
    write(slot, pixels) {
      for (const [to, from] of planes.entries()) {
        const start = (slot * 3 + to) * plane;
        if (scale === 1) {
          data.set(pixels.subarray(from * plane, (from + 1) * plane), start);
          continue;
        }
        // Divided, not multiplied by the reciprocal: the last bit is then that of the official preprocessing.
        const first = from * plane;
        for (let i = 0; i < plane; i++) data[start + i] = pixels[first + i]! / 255;
      }
    },
    view(images) {
      const count = fixedBatch ?? images;
      return { data: data.subarray(0, count * 3 * plane), dims: [count, 3, size.height, size.width] };
    },
  };
}
