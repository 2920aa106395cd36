import type { Failure } from './failure';

/**
 * How a program that was started tells its starter why it failed: with `GREENBATCH_ERRORS=json` in its environment it
 * writes one JSON line to standard error, `{ "error": { "code", "message", "fix" } }`, in place of its text for people.
 */
export const errorsVariable = 'GREENBATCH_ERRORS';

export function failureLine({ code, message, fix }: Failure, stack?: string | undefined): string {
  return JSON.stringify({ error: { code, message, fix, ...(stack !== undefined && { stack }) } });
}

/** The last failure that was written so; null where there is none (the program was killed, or is another one). */
export function readFailureLine(stderr: string): Failure | null {
  for (const line of stderr.split('\n').reverse()) {
    const failure = parseFailure(line);
    if (failure !== null) return failure;
  }
  return null;
}

// By hand, not by a schema: every thread of the program loads this.
function parseFailure(line: string): Failure | null {
  try {
    const { error } = JSON.parse(line) as { error?: Partial<Record<keyof Failure, unknown>> };
    const { code, message, fix } = error ?? {};
    if (typeof code !== 'string' || typeof message !== 'string') return null;
    return { code, message, fix: typeof fix === 'string' ? fix : null };
  } catch {
    return null; // Text for people, or of a native library.
  }
}
