import type { PipelineProblemInput } from '../pipeline/problem';
import { listed } from '../statistics/wording';
import { describeNumber } from '../words/units';
import { type EnergyUsages, energyOf } from './energyUsages';
import type { ImportTerms } from './importTerms';
import { mostMultiplied } from './ipaPipeline';
import type { RunConfig } from './runConfig';

/** What an import assumed or left out, a sentence each. */

/** What IPA makes of variants of which it can choose nothing. */
export function countedByIpa({ normalize_accuracy }: RunConfig, { queueing }: ImportTerms): string {
  const where = [
    ...(queueing === 'as-published' ? ['in the queue that lengthens its SLA'] : []),
    ...(normalize_accuracy ? ['among the ranks of accuracy'] : []),
  ];
  return where.length === 0 ? '' : ` (IPA still counts them ${listed(where)}, so that its choice may be another)`;
}

export function termNotes(config: RunConfig, terms: ImportTerms, byRule: number): string[] {
  return [
    terms.slaSeconds === null
      ? `slaSeconds by IPA’s rule: the sum over tasks of 5 × sla_factor ${config.sla_factor} × the mean latency at the smallest batch size with the most cores`
      : `slaSeconds as given; IPA’s rule would make it ${describeNumber(byRule, 5)} s`,
    ...(terms.load === null
      ? ['load is profiling_load, for a run config names a trace and no load; give another with --load']
      : []),
    'cores of each variant by IPA’s base allocation (threshold, task SLA)',
    ...(config.only_measured_profiles
      ? []
      : [
          'latencies are a quadratic regression over the measured batch sizes at the powers of two, throughputs batch ÷ latency',
        ]),
    ...(config.latency_margin === 0 && config.throughput_margin === 0
      ? []
      : [`latencies with a margin of ${config.latency_margin} %, throughputs of ${config.throughput_margin} %`]),
    ...(terms.queueing === 'as-published'
      ? ['queueing as IPA’s published code charges it, which lengthens the SLA; intended: (batch − 1) ÷ load']
      : []),
    ...(config.accuracy_method === 'multiply' && config.task_name.length > mostMultiplied
      ? [
          `IPA’s published code multiplies the accuracies of the first ${mostMultiplied} tasks alone; here those of all ${config.task_name.length} are`,
        ]
      : []),
  ];
}

/** Variants of one task that are as accurate: here they share a rank. */
export function tieNotes({ normalizeAccuracy, stages }: PipelineProblemInput): string[] {
  if (!normalizeAccuracy) return [];
  return stages.flatMap(({ name, options }) => {
    const byVariant = new Map(options.map(({ variant, accuracy }) => [variant, accuracy]));
    return new Set(byVariant.values()).size === byVariant.size
      ? []
      : [`${name}: variants of equal accuracy share a rank, where IPA gives each its own`];
  });
}

export function pairNotes({ stages }: PipelineProblemInput): string[] {
  const batches = new Set(stages.flatMap(({ options }) => options.map(({ batch }) => batch)));
  const missing = stages.flatMap(({ options }) =>
    [...new Set(options.map(({ variant }) => variant))].flatMap((variant) => {
      const own = options.filter((option) => option.variant === variant).map(({ batch }) => batch);
      const absent = [...batches].filter((batch) => !own.includes(batch)).sort((a, b) => a - b);
      return absent.length === 0 ? [] : [`${variant} at ${absent.join(', ')}`];
    }),
  );
  if (missing.length === 0) return [];
  const named = missing.length > 12 ? [...missing.slice(0, 12), `${missing.length - 12} more`] : missing;
  return [
    `left out, for they were not profiled: ${named.join('; ')} (IPA gives them 1000 s and 1e-5 requests/s, which are never chosen)`,
  ];
}

export function energyNotes(
  energies: EnergyUsages | null,
  pipeline: string,
  { stages }: PipelineProblemInput,
): string[] {
  if (energies === null)
    return ['no energy is given: joulesPerRequest 0 stands for not known, and delta weighs nothing'];
  const isPerVariant = stages.some(({ name, options }) =>
    options.some((option) => energyOf(energies, { ...option, pipeline, task: name })!.isPerVariant),
  );
  return [
    ...(isPerVariant
      ? [
          'energy is one number a variant, taken as joules of a request with the idle share in it, the same at every batch size: too coarse to choose a batch size by; profiles measured by batch size are not',
        ]
      : []),
    ...(energies.hasDummyValues
      ? ['the energies are those of the fork of IPA, whose authors call them dummy values: no conclusion rests on them']
      : []),
  ];
}
