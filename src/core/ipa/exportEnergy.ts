import { ExpectedError } from '../failure/expectedError';
import { perBatchGroups, perBatchKey, perBatchUnit } from './energyUsages';
import { flowForIpa, keyForIpa } from './exportedFile';
import type { IpaPipeline, IpaStage } from './ipaPipeline';

type Option = IpaStage['options'][number];

const head = `# Energy of a request in joules, for IPA with the energy patch of its authors' fork (key delta), from Greenbatch.
# Below the pipeline, as the fork reads it: one number a variant, of its smallest batch size with its fewest cores, idle share included: net joules + idle watts of the
# replica's cores ÷ its throughput (its share at full load); what was measured gross as it is.
# Below ${perBatchKey}, which the fork does not look at: by batch size (and, of several, by the cores of a replica), in ${perBatchUnit}. net_of_idle: what the work took above the machine at rest;
# idle_watts_per_core: idle power of the machine ÷ its cores, to be charged for each core held besides; including_idle: measured gross.
`;

/** `energy_usages.yaml`: the fork's schema, and beside it the same by batch size. @throws ExpectedError `pipeline` */
export function energyText({ name, stages }: IpaPipeline): string {
  if (name === perBatchKey)
    throw new ExpectedError('pipeline', `a pipeline cannot be called ${perBatchKey} in energy_usages.yaml: rename it`);
  const lines = [`${keyForIpa(name)}:`];
  for (const stage of stages) {
    lines.push(`  ${keyForIpa(stage.name)}:`);
    for (const [variant, options] of byVariant(stage)) {
      const smallest = options.reduce((a, b) => ((b.batch - a.batch || b.cores - a.cores) < 0 ? b : a));
      lines.push(`    ${keyForIpa(variant)}: ${flowForIpa(withIdle(smallest))}`);
    }
  }
  lines.push(`${perBatchKey}:`, `  unit: ${perBatchUnit}`);
  const values: Record<(typeof perBatchGroups)[number], (option: Option) => number | undefined> = {
    net_of_idle: (option) => (option.energyIncludesIdle ? undefined : option.joulesPerRequest),
    including_idle: (option) => (option.energyIncludesIdle ? option.joulesPerRequest : undefined),
    idle_watts_per_core: (option) => (option.energyIncludesIdle ? undefined : option.idleWattsPerCore),
  };
  for (const group of perBatchGroups) {
    const ofStages = stages.flatMap((stage) => {
      const variants = [...byVariant(stage)].flatMap(([variant, options]) => {
        const known = options.flatMap((option) => {
          const value = values[group](option);
          return value === undefined ? [] : [{ ...option, value }];
        });
        return known.length === 0 ? [] : [`        ${keyForIpa(variant)}: ${flowForIpa(byBatch(known, options))}`];
      });
      return variants.length === 0 ? [] : [`      ${keyForIpa(stage.name)}:`, ...variants];
    });
    if (ofStages.length > 0) lines.push(`  ${group}:`, `    ${keyForIpa(name)}:`, ...ofStages);
  }
  return `${head}${lines.join('\n')}\n`;
}

/** Of several core counts by them too, also where all but one stand in another group: without cores a number is that of all. */
function byBatch(
  known: readonly (Option & { value: number })[],
  ofVariant: readonly Option[],
): Record<string, number | Record<string, number>> {
  const isOne = new Set(ofVariant.map(({ cores }) => cores)).size === 1;
  const batches = [...new Set(known.map(({ batch }) => batch))];
  return Object.fromEntries(
    batches.map((batch) => {
      const own = known.filter((option) => option.batch === batch);
      return [batch, isOne ? own[0]!.value : Object.fromEntries(own.map(({ cores, value }) => [cores, value]))];
    }),
  );
}

const withIdle = ({ joulesPerRequest, energyIncludesIdle, idleWattsPerCore = 0, cores, throughput }: Option) =>
  energyIncludesIdle ? joulesPerRequest : joulesPerRequest + (idleWattsPerCore * cores) / throughput;

function byVariant({ options }: IpaStage): Map<string, Option[]> {
  const found = new Map<string, Option[]>();
  for (const option of options) found.set(option.variant, [...(found.get(option.variant) ?? []), option]);
  return found;
}
