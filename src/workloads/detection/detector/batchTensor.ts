import type { Detector } from './detector';

/** The input of one batch, used again for later ones. */
export type BatchTensor = {
  /** Puts an image, planar RGB 0…255, at place `slot` in the form that the model takes. */
  write(slot: number, pixels: Uint8Array): void;
  /** The first `images` of them; all of the batch where the model takes no fewer. */
  view(images: number): { data: Uint8Array | Float32Array; dims: number[] };
};

/** [batch, 3, height, width] in the model's type, order of channels and range. */
export function createBatchTensor(
  { session, convention, size, fixedBatch }: Pick<Detector, 'session' | 'convention' | 'size' | 'fixedBatch'>,
  batchSize: number,
): BatchTensor {
  const plane = size.height * size.width;
  const data = new (session.inputType === 'uint8' ? Uint8Array : Float32Array)(batchSize * 3 * plane);
  const scale = session.inputType === 'uint8' ? 1 : convention.white / 255;
  const planes = convention.channels === 'RGB' ? [0, 1, 2] : [2, 1, 0];
  return {
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
