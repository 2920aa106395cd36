/** File names that are taken for images: what the decoder reads. */
export const imageExtensions = ['jpg', 'jpeg', 'png', 'webp', 'tif', 'tiff', 'gif', 'avif'];
