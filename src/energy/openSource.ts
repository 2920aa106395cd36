import type { SourceRecord } from '../core/energy/source';
import { cpuTime, microjoulesOf } from '../core/energy/units';
import { ExpectedError } from '../core/failure/expectedError';
import type { Spec } from '../core/spec/spec';
import { kindIssues } from './askedKinds';
import { composite } from './composite';
import { openReader } from './openReader';
import type { EnergyReader } from './reader';
import { type Asked, SourceError } from './source';
import { energySources } from './sources';

/**
 * Chooses and checks the source of an experiment (up to 1.2 s for each that is tried). `auto` takes the first measured source of the CPU that
 * covers all asked-for domains, else the estimate with the reason; several kinds are one source together.
 *
 * @throws SourceError where a source that is demanded cannot be used; ExpectedError `experiment` for kinds that there are not
 */
export async function openSource(
  measure: Spec['measure'],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ source: SourceRecord; reader: EnergyReader }> {
  const source = await chooseSource(measure.source, { measure, env });
  for (const { id, unit } of source.parts) {
    // A fault of the source's code, told before anything is measured: no window could be turned into joules.
    if (unit !== cpuTime && microjoulesOf(unit) === null)
      throw new Error(`${id} counts in ${unit}, which src/core/energy/units.ts does not know`);
  }
  return { source, reader: openReader(source.parts) };
}

async function chooseSource(kinds: Spec['measure']['source'], asked: Asked): Promise<SourceRecord> {
  const [issue] = kindIssues(kinds, energySources);
  if (issue) throw new ExpectedError('experiment', `measure.source: ${issue.message} (allowed: ${issue.allowed})`);
  if (kinds === 'auto') return automatic(asked);
  const described = [];
  for (const kind of [kinds].flat()) {
    const source = energySources.find((s) => s.kind === kind)!;
    described.push({ source, record: await source.describe(asked) });
  }
  return described.length === 1 ? described[0]!.record : composite(described);
}

/** Of what was tried before, all reasons are kept; the fix is that of the first, whose joules need nothing but permission. */
async function automatic(asked: Asked): Promise<SourceRecord> {
  const failed: SourceError[] = [];
  for (const source of energySources.filter(({ covers }) => covers === 'cpu')) {
    try {
      const record = await source.describe(asked);
      const [first] = failed;
      if (first === undefined) return record;
      const why = reasonsOf(failed);
      return source.measured
        ? { ...record, reason: [why, record.reason].filter((note) => note !== null).join(' ') }
        : { ...record, reason: why, code: first.code, fix: first.fix };
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      failed.push(error);
    }
  }
  throw failed[0] ?? new SourceError('source-absent', 'this program has no energy source of the CPU');
}

/** A machine without counters has none for any source: that is one reason, not one for each. */
function reasonsOf(failed: readonly SourceError[]): string {
  const [first, ...others] = failed.map(({ message, code }) => ({ message, isAbsent: code === 'source-absent' }));
  return [first!, ...others.filter(({ isAbsent }) => !isAbsent)].map(({ message }) => message).join(' ');
}
