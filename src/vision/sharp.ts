import type Sharp from 'sharp';

let loaded: Promise<typeof Sharp> | undefined;

/**
 * The image library, loaded on first use because that costs about 100 ms. One thread per image (several
 * images at once use the cores better) and no operation cache (every image is seen once).
 */
export function loadSharp(): Promise<typeof Sharp> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return loaded;
}
