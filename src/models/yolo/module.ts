import type { Reader } from './arguments';
import type { Operation } from './layers';
import type { Context } from './rowContext';

/** A layer's operation and what it hands on. `usedInputs`: how many of the inputs count (all if absent). */
export type Made = { operation: Operation; channels: number; stride: number; usedInputs?: number };

export type Module = {
  /** As in a message: names of the arguments, optional ones in brackets. */
  signature: string;
  arguments: [least: number, most: number];
  /** Exact number of inputs, or null where several are allowed. */
  inputs: number | null;
  make: (read: Reader, context: Context) => Made | undefined;
};
