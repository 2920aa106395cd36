import type Sharp from 'sharp';

export type { Metadata } from 'sharp';

/** Of the formats that are read, and of drawings, which only `drawBoxes` makes: `decode` lets no other file through. */
const loaders = ['Jpeg', 'Png', 'Webp', 'Tiff', 'Nsgif', 'Heif', 'Svg'];

let loaded: Promise<typeof Sharp> | undefined;

/**
 * The image library, loaded on first use because that costs about 100 ms. One thread per image (several
 * images at once use the cores better), no operation cache (every image is seen once), and no other loaders than ours.
 */
export function loadSharp(): Promise<typeof Sharp> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.concurrency(1);
    sharp.cache(false);
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({
      operation: loaders.flatMap((name) => [`VipsForeignLoad${name}Buffer`, `VipsForeignLoad${name}File`]),
    });
    return sharp;
  });
  return loaded;
}
