import { joulesPer } from '../words/unitOfWork';
import type { ConfigurationSummary } from '../metrics/summarySchema';
import type { Interval } from '../statistics/interval';
import { bearingCodes } from '../run/conditionTable';
import { withoutText } from '../energy/sourceLabel';
import type { Sla } from '../spec/spec';
import type { ConfigFile } from './configFile';
import { type JudgedPolicy, judgedPolicy, serversOf } from './serverPolicy';
import type { Judgement } from '../analysis/verdict/judge';
import type { Replayed } from '../analysis/verdict/pacedSchema';
import { variedFactors } from '../configuration/factors';
import { type Current, currentOf } from '../configuration/inUse';
import { configurationLabels } from '../configuration/label';
import { describePlusMinus, listed, savingAsChange } from '../statistics/wording';

/** What a change of the batch size would bring, in the words of a light bulb; `use` and `policy` are what to write. */
export type BatchHint = {
  use: Current;
  policy: JudgedPolicy | null;
  text: string;
  estimated: boolean;
  /** Replayed requests say otherwise: it is not applied without asking. */
  isContradicted: boolean;
};

/** The last result in a line: `greenest batch 8: 2.31 J/image ± 1.4 %, −12 % against 32`. */
export function resultLine({ verdict, configurations }: Judgement): string {
  const find = (id: string | null) => configurations.find((c) => c.id === id);
  const [winner, reference] = [find(verdict.winner), find(verdict.reference)];
  const labels = configurationLabels(configurations);
  const label = (id: string) => labels.get(id) ?? id;
  // In a sweep over batch sizes alone the number says it all.
  const isPlain = variesOnlyBatchSize(configurations);
  const short = (id: string) => (isPlain ? String(find(id)?.batchSize) : label(id));
  const basis = basisOf(verdict);
  const prefix = basis === null ? '' : `${basis}: `;
  if (verdict.openBecause === 'conditions')
    return `${verdict.sentence.charAt(0).toLowerCase()}${verdict.sentence.slice(1, -1)}`;
  const under = underConditions(verdict);
  if (verdict.kind === 'infeasible')
    return `${prefix}no ${variesOnlyBatchSize(configurations) ? 'batch size' : 'configuration'} keeps the limit${under}`;
  if (!winner) {
    const lowest = reference ? `: ${label(reference.id)} lowest so far, ${energyText(reference, verdict.energy)}` : '';
    return `${prefix}no verdict yet${lowest}${under}`;
  }
  const others = verdict.tied.filter((id) => id !== winner.id).map(short);
  const claim = others.length > 0 ? `${label(winner.id)}, tied with ${listed(others)}` : `greenest ${label(winner.id)}`;
  const { saving } = verdict;
  if (verdict.paced?.confirms === 'no') return `${prefix}${claim}, contradicted by replayed requests${under}`;
  const measured = measuredByReplay(verdict);
  if (measured) {
    const { saving: ofRequest } = verdict.paced!;
    const than = ofRequest?.significant
      ? `, ${savingAsChange(ofRequest).change} against ${short(verdict.paced!.inUse!)}`
      : '';
    return `${prefix}${claim}: ${describePlusMinus(measured.joulesPerRequest, 'J/request')}${than}${under}`;
  }
  const against = saving?.significant ? `, ${savingAsChange(saving).change} against ${short(saving.against)}` : '';
  return `${prefix}${claim}: ${energyText(winner, verdict.energy)}${against}${under}`;
}

/**
 * The configuration to use in place of the one in use; null where there is no verdict, where the one in use is, or may
 * be, the winner or tied with it, and where the saving may be none.
 *
 * @param config the file that it would be written into
 * @param sla the service level of the verdict
 */
export function batchHint(
  { verdict, configurations }: Judgement,
  config: Pick<ConfigFile, 'kind' | 'policy'>,
  sla: Sla | undefined,
): BatchHint | null {
  const chosen = configurations.filter((c) => c.id === verdict.winner || verdict.tied.includes(c.id));
  const winner = chosen.find((c) => c.id === verdict.winner);
  const isToday = (id: string) => id === verdict.inUse || verdict.mayBeInUse.includes(id);
  if (!winner || chosen.some((c) => isToday(c.id))) return null;
  const { saving, estimated } = verdict;
  const isContradicted = verdict.paced?.confirms === 'no';
  const basis = basisOf(verdict);
  const label = `${basis === null ? '' : ` (${basis})`}${underConditions(verdict)}`;
  const use = currentOf(winner, configurations);
  const policy = sla ? judgedPolicy(sla, winner) : null;
  const name = `${configurationLabels(configurations).get(winner.id) ?? winner.id}${policy ? alsoWritten(policy, use, config) : ''}`;
  if (saving) {
    if (!saving.significant || saving.percent <= 0) return null;
    if (isContradicted)
      return { use, policy, text: `Use ${name}: replayed requests contradict it${label}`, estimated, isContradicted };
    const replayed = measuredByReplay(verdict) && verdict.paced!.saving;
    const [shown, per] = replayed
      ? [replayed, 'request, with replayed requests']
      : [saving, saving.energy === 'joulesPerRequest' ? 'request, modelled' : winner.unit];
    return {
      use,
      policy,
      text: `Use ${name}: ${savingAsChange(shown).change} energy per ${per}${label}`,
      estimated,
      isContradicted,
    };
  }
  const measured = [...new Set(configurations.filter((c) => c.n > 0).map((c) => c.batchSize))].sort((a, b) => a - b);
  const all = variesOnlyBatchSize(configurations)
    ? listed(measured.map(String))
    : `${configurations.length} configurations`;
  return { use, policy, text: `Use ${name}: greenest of ${all}${label}`, estimated, isContradicted };
}

/** What else of a server's policy would change, where its file says another. */
function alsoWritten(
  policy: JudgedPolicy,
  use: Current,
  { kind, policy: said }: Pick<ConfigFile, 'kind' | 'policy'>,
): string {
  // An experiment has no policy of its own, and MLServer's number of processes stands in another file.
  if (said === undefined) return '';
  const servers = serversOf(policy);
  const isOther = use.instances === undefined && said.instances !== servers && kind !== 'mlserver';
  return [
    ...(policy.timeoutMs !== null && policy.timeoutMs !== said.batchTimeoutMs
      ? [`, delay ${policy.timeoutMs} ms`]
      : []),
    ...(isOther ? [`, ${servers} at once`] : []),
  ].join('');
}

/** What the machine did while it measured, as the sentence of the verdict says it with what helps. */
function underConditions({ qualification, openBecause }: Judgement['verdict']): string {
  if (openBecause === 'too-few-blocks') return '';
  const codes = bearingCodes.filter((code) => qualification.some((q) => q.code === code));
  return codes.length === 0 ? '' : `; qualified by ${listed(codes.map((code) => code.replace('-', ' ')))}`;
}

const basisOf = (verdict: Judgement['verdict']) => (verdict.estimated ? 'estimated' : withoutText(verdict));

const variesOnlyBatchSize = (configurations: readonly ConfigurationSummary[]) =>
  variedFactors(configurations).every(({ key }) => key === 'batchSize');

function energyText(c: ConfigurationSummary, energy: 'joulesPerUnit' | 'joulesPerRequest'): string {
  const perRequest = energy === 'joulesPerRequest' && c.joulesPerRequest !== null;
  const interval: Interval | null = perRequest ? c.joulesPerRequest : c.joulesPerUnit;
  if (!interval) return 'no energy known';
  return describePlusMinus(interval, perRequest ? 'J/request modelled' : joulesPer(c.unit));
}

/** What was replayed to the winner, where energy is counted per request. */
function measuredByReplay({ paced, energy }: Judgement['verdict']): Replayed | null {
  if (!paced || energy !== 'joulesPerRequest') return null;
  return paced.configurations.find(({ id }) => id === paced.winner) ?? null;
}
