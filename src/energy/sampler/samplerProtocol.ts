import type { Part, Reading } from '../../core/energy/source';
import type { PowerHeader } from '../../core/run/events';

/** A file of samples, and the line that a session begins with in it. */
export type SeriesTarget = { file: string; header: PowerHeader };

/** What the sampler's thread is started with. */
export type SamplerWork = {
  role: 'sampler';
  files: SeriesTarget[];
  parts: Part[];
  periodMs: number;
  control: Int32Array;
};

/** What the thread sends: samples since the last message, the last request it has answered, news of the file; with its first message its number. */
export type SamplerMessage = { samples: Reading[]; request: number; problem: string | null; thread?: string | null };

/** Layout of the shared control words: a counter of requests that wakes the thread, and the stop flag. */
export const controlWords = { request: 0, stop: 1, length: 2 } as const;
