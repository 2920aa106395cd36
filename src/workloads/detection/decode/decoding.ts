import type { Metadata, SharpOptions } from 'sharp';
import { Budget } from './budget';
import { UnusableImage } from './imageError';
import { mendJpeg, jpegWarnings, withoutStrayBytes } from './mendJpeg';

export const decodeOptions: SharpOptions = {
  // Embedded profiles are ignored, as the frameworks do that YOLOv7 was trained and evaluated with.
  ignoreIcc: true,
  autoOrient: true,
  // Any complaint of the decoder, a truncated file included, makes the image a corrupt one; `decode` forgives those of a
  // JPEG that cost no pixel.
  failOn: 'warning',
};

/** What was decoded, and what decoders only warn of: none for nearly every image. */
export type Decoded<T> = { result: T; warnings: string[] };

/**
 * Decodes an encoded image by `work`. A JPEG that a strict decoder refuses for what costs no pixel is decoded from a mended
 * copy, and the warnings named. Rejects with the decoder's reason, which is of this image: libvips keeps the messages of
 * all threads in one place, so a failed image is decoded again while no other one is.
 */
export async function decode<T>(bytes: Uint8Array, work: (bytes: Uint8Array) => Promise<T>): Promise<Decoded<T>> {
  if (bytes.length === 0) throw new Error('the file is empty');
  if (!isKnownFormat(bytes)) throw new Error('Input buffer contains unsupported image format');
  if (!isUnendedJpeg(bytes)) {
    try {
      return { result: await together(() => work(bytes)), warnings: [] };
    } catch {
      // Again below.
    }
  }
  return alone(() => decodeAgain(bytes, work));
}

/** Decoders that need no more bytes for a smaller picture do not notice that the last lines are missing. */
function isUnendedJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && !(bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9);
}

async function decodeAgain<T>(original: Uint8Array, work: (bytes: Uint8Array) => Promise<T>): Promise<Decoded<T>> {
  let failure: unknown;
  const attempt = async (bytes: Uint8Array) => {
    try {
      return { result: await work(bytes) };
    } catch (error) {
      failure = error;
      return null;
    }
  };
  const strict = await attempt(original);
  const mended = mendJpeg(original);
  if (strict !== null && mended === null) return { ...strict, warnings: [] };
  if (mended !== null && 'lost' in mended)
    throw strict !== null || isHarmless(failure) ? new Error(mended.lost) : failure;
  const warnings = new Set(mended?.warnings);
  let bytes = mended?.bytes ?? Buffer.from(original);
  const fromCopy = mended === null ? null : await attempt(bytes);
  if (fromCopy !== null) return { ...fromCopy, warnings: [...warnings] };

  // Between the scans of a progressive frame nobody but the decoder knows which bytes are stray. It tells the first place:
  // where a cut makes it complain of the next one, or of nothing, the bytes were those.
  const complaint = failure;
  warnings.add(jpegWarnings.strayBytes);
  let stray = strayBytes(failure);
  for (let [place, attempts] = [0, 0]; stray !== null && attempts < mostAttempts; attempts++) {
    const cut = withoutStrayBytes(bytes, stray.marker, stray.length, place);
    if (cut === null) break;
    const found = await attempt(cut);
    if (found !== null) return { ...found, warnings: [...warnings] };
    const next = strayBytes(failure);
    if (next === null) place++;
    else {
      if (next.marker !== stray.marker) place = 0;
      bytes = cut;
      stray = next;
    }
  }
  throw complaint;
}

const mostAttempts = 40;

/** libjpeg tells it in words only. A file's first warning alone is told: one of those may hide a loss. */
const isHarmless = (error: unknown) =>
  error instanceof Error && /SOS parameters|extraneous bytes|JFIF|Adobe/.test(error.message);

function strayBytes(error: unknown): { length: number; marker: number } | null {
  const found = /(\d+) extraneous bytes before marker 0x([0-9a-f]{2})/.exec(
    error instanceof Error ? error.message : '',
  );
  return found && { length: Number(found[1]), marker: Number.parseInt(found[2]!, 16) };
}

/** The formats that are read, by their first bytes: libvips itself would take a drawing or a table for an image, too. */
function isKnownFormat(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(12, bytes.length)).toString('latin1');
  return /^(\xff\xd8|\x89PNG\r\n\x1a\n|GIF8|II[*+]\0|MM\0[*+])/.test(start) || /^(RIFF.{4}WEBP|.{4}ftyp)/s.test(start);
}

const inFlight = new Set<Promise<unknown>>();
let lastAlone: Promise<unknown> = Promise.resolve();

async function together<T>(work: () => Promise<T>): Promise<T> {
  for (let seen: unknown = null; seen !== lastAlone;) await (seen = lastAlone);
  const running = work();
  inFlight.add(running);
  try {
    return await running;
  } finally {
    inFlight.delete(running);
  }
}

function alone<T>(work: () => Promise<T>): Promise<T> {
  const result = lastAlone.then(() => Promise.allSettled(inFlight)).then(work);
  lastAlone = result.catch(() => {});
  return result;
}

/** For the decoding of one image, and of all that are at work together. */
const mostMemory = 640e6;
const memory = new Budget(mostMemory);

/**
 * Waits until the memory is free that decoding an image takes besides its result. Rejects where one image alone would
 * take more than all.
 */
export async function withMemory<T>(stored: Metadata, work: () => Promise<T>): Promise<T> {
  const pixels = stored.width * stored.height;
  const bytes = pixels * bytesPerPixel(stored);
  if (bytes > mostMemory)
    throw new UnusableImage(
      `its ${Math.round(pixels / 1e6)} million pixels as ${stored.format} take ${Math.round(bytes / 1e6)} MB at once: store it as a PNG or JPEG that is neither interlaced nor progressive`,
    );
  return memory.with(bytes, work);
}

/** What libvips holds of an image that it cannot read line by line (measured on 144 million pixels). */
function bytesPerPixel({ format, isProgressive, chromaSubsampling }: Metadata): number {
  if (format === 'heif') return 8;
  if (format === 'gif') return 5;
  if (format === 'webp') return 4;
  if (!isProgressive) return 0.5;
  return format === 'jpeg' ? (chromaSubsampling === '4:2:0' ? 3 : 6) : 4;
}
