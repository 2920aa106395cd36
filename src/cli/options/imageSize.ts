import type { Size } from '../../core/spec/spec';
import { CliError } from './cliError';

/** `640` (square) or `384x640`, height first. */
export function parseImageSize(text: string): Size {
  const [, height, width] = /^(\d{1,5})(?:x(\d{1,5}))?$/.exec(text) ?? [];
  if (height === undefined || Number(height) === 0 || width === '0')
    throw new CliError(`--image-size ${text}; allowed: pixels as 640 or, height first, 384x640`);
  return { height: Number(height), width: Number(width ?? height) };
}
