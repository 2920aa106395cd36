import { partsBeside, sourcesOf } from '../../core/energy/parts';
import { withoutText } from '../../core/energy/sourceLabel';
import type { Part, SourceRecord } from '../../core/energy/source';
import { ExpectedError } from '../../core/failure/expectedError';
import type { Run } from '../../core/run/fold';

/** Joules of two sources, of different counters, or of different power curves are never put into one comparison. */
export function refuseOtherSource(run: Pick<Run, 'source'>, source: SourceRecord): void {
  if (!run.source || identityOf(run.source) === identityOf(source)) return;
  throw new ExpectedError(
    'source-changed',
    `this run was begun with ${describe(run.source)}, but now there is ${describe(source)}${source.reason ? `: ${source.reason}` : ''}. Start a new run, or restore the source ("greenbatch doctor")`,
  );
}

const added = ({ parts }: SourceRecord) => parts.filter((part) => part.added);

const identityOf = (source: SourceRecord) =>
  JSON.stringify([
    ...added(source).map(({ source: kind, way, id, path, unit, range, measured, curve, printed }) => [
      ...[kind, way, id, path, unit, range, measured, printed],
      ...[curve?.idleWatts, curve?.maxWatts],
    ]),
    [...(source.missing ?? [])].sort(),
  ]);

/** Each kind with its counters: `powercap (…/energy_uj, …)`; beside measured ones an estimate is told as such. */
function describe(source: SourceRecord): string {
  const beside = partsBeside(source);
  const kinds = sourcesOf(added(source)).map((kind) => {
    const own = added(source).filter((part) => part.source === kind);
    return describeKind(kind, own) + (own.every((part) => beside.includes(part)) ? ', estimated beside it' : '');
  });
  return [kinds.join(' and '), withoutText(source)].filter((text) => text !== null).join(', ');
}

function describeKind(kind: string, parts: readonly Part[]): string {
  const curve = parts.find((part) => part.curve)?.curve;
  if (curve) return `the ${kind} from ${curve.idleWatts} to ${curve.maxWatts} W`;
  return `${kind} (${parts.map(({ path, id }) => path ?? id).join(', ')})`;
}
