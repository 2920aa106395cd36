import { StringDecoder } from 'node:string_decoder';

/**
 * Cuts what comes in of a stream into lines of bounded length.
 *
 * @param longest characters of a line; of a longer one nothing is kept
 * @returns takes the next bytes
 */
export function lineReader(
  longest: number,
  { line, tooLong }: { line(text: string): void; tooLong(): void },
): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let begun = '';
  let isTooLong = false;
  return (chunk) => {
    const parts = decoder.write(chunk).split('\n');
    const last = parts.pop()!;
    for (const part of parts) {
      const whole = begun + part;
      if (isTooLong || whole.length > longest) tooLong();
      else line(whole.replace(/\r$/, ''));
      begun = '';
      isTooLong = false;
    }
    isTooLong ||= begun.length + last.length > longest;
    begun = isTooLong ? '' : begun + last;
  };
}
