import { ExpectedError } from '../core/failure/expectedError';
import type { EnergySource } from '../core/energy/source';
import type { Spec } from '../core/spec/spec';
import { estimateSource } from './estimate/estimate';
import { inspectMachine } from '../machine/machine';
import { defaultPowercapRoot, discoverPowercap } from './powercap/powercap';
import { checkPowercap } from './powercap/powercapCheck';
import { type EnergyReader, openReader } from './powercap/reader';

/** The asked-for source cannot be used. The message names every failing domain, and what helps in words. */
export class SourceError extends ExpectedError {
  override readonly name = 'SourceError';
}

/** The powercap tree of an experiment: its own root, else GREENBATCH_POWERCAP_ROOT, else the kernel's. */
export function powercapRoot(measure: Pick<Spec['measure'], 'powercapRoot'>, env: NodeJS.ProcessEnv): string {
  return measure.powercapRoot ?? (env.GREENBATCH_POWERCAP_ROOT || defaultPowercapRoot);
}

/**
 * Chooses and checks the source of an experiment (up to 1.2 s). `auto` takes the first measured
 * source that covers all asked-for domains, else the estimate with the reason. Throws SourceError
 * where `powercap` is demanded and cannot be used.
 *
 * A further measured source (perf) goes between powercap and the estimate.
 */
export async function openSource(
  measure: Spec['measure'],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ source: EnergySource; reader: EnergyReader }> {
  const source = await chooseSource(measure, env);
  return { source, reader: openReader(source.domains) };
}

async function chooseSource(measure: Spec['measure'], env: NodeJS.ProcessEnv): Promise<EnergySource> {
  if (measure.source === 'estimate') return estimateSource(measure, null);
  const machine = inspectMachine();
  const root = powercapRoot(measure, env);
  const check = await checkPowercap(discoverPowercap(root), measure.domains, machine);
  if (check.usable) {
    const filtered =
      machine.filtering.state === 'on' && root === defaultPowercapRoot ? machine.filtering.because : null;
    const notes = [check.reason, filtered].filter((note) => note !== null);
    return {
      kind: 'powercap',
      measured: true,
      domains: check.domains,
      curve: null,
      reason: notes.length > 0 ? notes.join('; ') : null,
    };
  }
  const { advice, fix } = check.remedy;
  const sentences = [`RAPL cannot be used: ${check.reason}`, ...(advice === null ? [] : [advice])];
  const error = new SourceError(check.code ?? 'source-absent', `${sentences.join('. ')}.`, fix);
  if (measure.source !== 'auto') throw error;
  return estimateSource(measure, error);
}
