const word = new Int32Array(new SharedArrayBuffer(4));

/**
 * A script that empties a counter and writes it anew, or deletes it first, may lose its CPU in between: so long it is
 * waited for, in milliseconds. On a busy disk an emptied file was seen to stay empty for more than 100 ms.
 */
export const rewriteMs = 200;

/** Blocks this thread without using a CPU. */
export function pause(ms: number): void {
  Atomics.wait(word, 0, 0, ms);
}
