import type { Reading } from '../energy/source';

/** Raw samples of the power series that were taken inside (fromMs, toMs), in one session. */
export type SampleLookup = (session: number, fromMs: number, toMs: number) => Reading[];
