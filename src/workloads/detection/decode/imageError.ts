import { imageExtensions } from './imageFormats';

/** By the system's code, and by that of FileRefused. */
const systemReasons: Record<string, string> = {
  ENOENT: 'the file is missing',
  EACCES: 'no permission to read the file',
  EPERM: 'no permission to read the file',
  EISDIR: 'a folder, not a file',
  'file-not-regular': 'not a file',
  ENOTDIR: 'the file is missing',
  ELOOP: 'a symbolic link that leads to itself',
  EIO: 'the disk could not read the file',
};

/** A sound image that is not used; the message says why. */
export class UnusableImage extends Error {}

/** Why an image could not be used, in one line for a person: from a failed read or a failed decode. */
export function imageReason(error: unknown): string {
  if (error instanceof UnusableImage) return error.message;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code !== undefined && systemReasons[code] !== undefined) return systemReasons[code];
  const message = error instanceof Error ? error.message : String(error);
  // sharp tells it in words only.
  if (/unsupported image format/i.test(message))
    return `not an image of a known format (${imageExtensions.join(', ')})`;
  if (/exceeds pixel limit/i.test(message)) return 'larger than 268 million pixels, the most that is decoded';
  const detail = message
    .split('\n')
    .map((line) => line.replace(/^Input (buffer|file)( has corrupt header)?:?\s*/i, '').trim())
    .find((line) => line !== '');
  return code === undefined ? `corrupt or truncated: ${detail ?? 'the decoder gave no reason'}` : (detail ?? code);
}
