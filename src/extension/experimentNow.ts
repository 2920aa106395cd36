import { readFile } from 'node:fs/promises';
import type { Current } from '../core/configuration/inUse';
import type { RunEvent } from '../core/run/events';
import type { Spec } from '../core/spec/spec';
import { parseSpec } from '../core/spec/specText';

/** What a run's experiment file says now, compared with what it said when the run began. */
export type ExperimentNow = {
  /** Whether it asks for something else than was measured and judged; null: it cannot be read. */
  stale: boolean | null;
  /** What it says is in use; null: nothing, or it cannot be read. */
  inUse: Current | null;
};

type Created = Pick<Extract<RunEvent, { type: 'run.created' }>, 'specFile' | 'specText'>;

/** Comments, the name and what is in use today do not make a run stale: applying its suggestion changes the last one. */
export async function experimentNow(created: Created | undefined): Promise<ExperimentNow> {
  const unknown: ExperimentNow = { stale: null, inUse: null };
  if (!created?.specFile) return unknown;
  const text = await readFile(created.specFile, 'utf8').catch(() => null);
  if (text === null) return unknown;
  const [before, now] = [parseSpec(created.specText), parseSpec(text)];
  if (!before.ok || !now.ok) return { ...unknown, stale: text !== created.specText };
  return { stale: asked(before.spec) !== asked(now.spec), inUse: now.spec.current ?? null };
}

function asked({ name: _, current: __, ...rest }: Spec): string {
  return JSON.stringify(rest);
}
