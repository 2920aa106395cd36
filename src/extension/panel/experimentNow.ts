import { judgedPart } from '../../core/configFiles/measuredPart';
import { withTaken } from '../../core/configFiles/servedTerms';
import type { Current } from '../../core/configuration/inUse';
import type { EventOf } from '../../core/run/events';
import { parseSpec } from '../../core/spec/specText';
import { askedBy, isMeasured, measuredBy } from '../../runs/index/measuredExperiment';
import { maxSpecBytes } from '../../core/spec/specYaml';
import { readText } from '../../machine/regularFile';

/** What a run's experiment file says now, compared with what it said when the run began. */
export type ExperimentNow = {
  /** Whether it asks for something else than was measured; null: it cannot be read. */
  stale: boolean | null;
  /** Whether its service level, weights or margin are others than those of the run; null: they cannot be read. */
  judgedAnew: boolean | null;
  /** What it says is in use; null: nothing, or it cannot be read. */
  inUse: Current | null;
};

type Created = Pick<EventOf<'run.created'>, 'specFile' | 'specText' | 'spec' | 'sourceFiles' | 'servedBy'>;

/** Comments, the name and what is in use today change nothing: applying a run's suggestion changes the last one. */
export async function experimentNow(created: Created | undefined): Promise<ExperimentNow> {
  const unknown: ExperimentNow = { stale: null, judgedAnew: null, inUse: null };
  if (!created?.specFile) return unknown;
  const text = readOrNull(created.specFile);
  if (text === null) return unknown;
  const now = parseSpec(text);
  if (!now.ok) return { ...unknown, stale: text !== created.specText };
  return {
    stale: !isMeasured(measuredBy(created), await askedBy(now.spec, created.specFile, text)),
    judgedAnew: judgedPart({ ...now.spec, sla: withTaken(now.spec.sla, created) }) !== judgedPart(created.spec),
    inUse: now.spec.current ?? null,
  };
}

/** A run comes from anybody, and names anything as its experiment. */
function readOrNull(path: string): string | null {
  try {
    return readText(path, maxSpecBytes);
  } catch {
    return null;
  }
}
