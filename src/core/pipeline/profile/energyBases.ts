import type { EnergyBasis } from './stageProfile';

/** A stage with what the joules of each of its runs rest on; stages of tables alone have none. */
export type StageBases = { stage: string; bases: readonly EnergyBasis[] };

type Placed = EnergyBasis & { stage: string };

/**
 * Why joules of a stage cannot be added to those of the others, by its name: the rules by which runs are not compared, for a sum needs no
 * less than a difference. Sentences that name the way out.
 */
export function refusedBases(stages: readonly StageBases[]): Map<string, string> {
  const all = placed(stages);
  const refused = new Map<string, string>();
  const measured = all.find((basis) => basis.measured);
  const estimated = all.filter((basis) => !basis.measured);
  if (measured) {
    for (const basis of estimated)
      refused.set(
        basis.stage,
        `its joules are estimated (${basis.run}), those of ${measured.stage} were measured (${measured.run}): they are different things and are not added. Measure it with the same source (measure.source: ${measured.kinds}), or take the estimate for all stages.`,
      );
    return refused;
  }
  const [first, ...others] = estimated;
  for (const basis of others)
    if (basis.curve !== first!.curve)
      refused.set(
        basis.stage,
        `its estimate (${basis.run}) rests on another power curve (${basis.curve || 'none'}) than that of ${first!.stage} (${first!.run}: ${first!.curve || 'none'}): their joules are not of one machine. Set the same measure.powerCurve in both.`,
      );
  return refused;
}

/** What a reader of the sum must know, a whole sentence each. */
export function basisNotes(stages: readonly StageBases[]): string[] {
  const all = placed(stages);
  const differ = (what: string, of: (basis: EnergyBasis) => string, why: string): string[] => {
    const values = new Map<string, string[]>();
    for (const basis of all) values.set(of(basis), [...new Set([...(values.get(of(basis)) ?? []), basis.stage])]);
    const text = [...values].map(([value, names]) => `${names.join(', ')}: ${value}`).join('; ');
    return values.size > 1 ? [`Stages differ in ${what} (${text}): ${why}.`] : [];
  };
  return [
    ...differ(
      'the machine that measured them',
      ({ machine }) => machine ?? 'not known',
      'cores, latencies and joules of one are not those of the other',
    ),
    ...differ(
      'what their joules hold',
      ({ domains }) => domains,
      'those without memory are too small beside the others; set the same measure.domains',
    ),
    ...differ(
      'what their windows hold',
      ({ scope }) => `measure.scope ${scope}`,
      'only some count loading and postprocessing',
    ),
  ];
}

const placed = (stages: readonly StageBases[]): Placed[] =>
  stages.flatMap(({ stage, bases }) => bases.map((basis) => ({ stage, ...basis })));
