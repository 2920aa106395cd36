import type { Reading } from '../../core/energy/source';
import type { PowerHeader } from '../../core/run/events';
import { type LineBlock, lineBlocks } from '../../machine/lines';
import { parsePowerHeader, parsePowerSample } from './powerLog';

export type PowerRecord = { header: PowerHeader } | { sample: Reading };

/** Bytes that one poll reads at most: some ten thousand samples, a few dozen milliseconds. */
const defaultBytes = 1 << 20;

/**
 * Follows `power.jsonl` by byte offset. Each poll gives the whole lines that are new, at most `bytes` of them; `more`
 * says that it should be called again at once. A missing file has nothing new. Lines that are no samples are left out
 * (`readPower` says why).
 */
export function followPower(file: string): { poll(bytes?: number): { records: PowerRecord[]; more: boolean } } {
  let offset = 0;
  /** Of the session whose samples come; null where its header could not be read. */
  let domains: number | null = null;
  return {
    poll(bytes = defaultBytes) {
      const block = nextBlock(file, offset, bytes);
      if (!block) return { records: [], more: false };
      offset = block.end;
      const records: PowerRecord[] = [];
      for (const line of block.lines) {
        if (line.startsWith('{')) {
          const header = parsePowerHeader(line);
          domains = header?.domains.length ?? null;
          if (header) records.push({ header });
        }
        const sample = domains !== null && line.startsWith('[') ? parsePowerSample(line, domains) : null;
        if (sample) records.push({ sample });
      }
      return { records, more: block.more };
    },
  };
}

/** null: nothing new, or no file yet. @throws FileRefused, the system's error */
function nextBlock(file: string, offset: number, bytes: number): LineBlock | null {
  const blocks = lineBlocks(file, offset, bytes);
  try {
    return blocks.next().value ?? null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  } finally {
    blocks.return();
  }
}
