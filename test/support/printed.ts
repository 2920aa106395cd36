import { afterEach, beforeEach, vi } from 'vitest';

/** What has been printed since the test began, or since it was emptied. */
export type Printed = { out: string; err: string };

/** Keeps what the tests of a file, or of a `describe`, print from the terminal, to be looked at; spies end with each test. */
export function keepPrinted(): Printed {
  const printed: Printed = { out: '', err: '' };
  beforeEach(() => {
    Object.assign(printed, { out: '', err: '' });
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed.out += String(text)), true));
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((printed.err += String(text)), true));
  });
  afterEach(() => void vi.restoreAllMocks());
  return printed;
}
