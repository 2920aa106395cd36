import type { AnalysedRun } from '../../analysis/analysis';
import { runRepeats } from '../../analysis/runRepeats';
import { summarise } from '../../analysis/verdict/summary';
import type { Configuration } from '../../configuration/configuration';
import { sameExcept } from '../../configuration/factors';
import { configurationLabels, modelNames } from '../../configuration/label';
import { countedParts, instrumentsOf, isMeasured, kindsOf } from '../../energy/parts';
import { estimateText, withoutText } from '../../energy/sourceLabel';
import type { ConfigurationSummary } from '../../metrics/summarySchema';
import { conditionsOf, isOfMachine } from '../../run/conditions';
import { fewestBlocks } from '../../statistics/sequential';
import { counted } from '../../statistics/wording';
import type { ConfigurationResult } from '../../values/result';
import { withFullStop } from '../../words/sentence';
import { machineCores } from './machineCores';
import type { EnergyBasis, FoundProfile, ProfiledOption } from './stageProfile';

/**
 * A measured run as the profile of a stage: an option for each model × batch × threads. A process of the run is a replica, its threads are the
 * replica's cores.
 *
 * - latency: 99th percentile of the batches of all repeats, else the longest;
 * - throughput: units a second of the run ÷ its processes;
 * - energy: net of idle (`netJoulesPerUnit`), and the idle power of the machine ÷ its cores for each core held, one for the whole run; gross where no idle was measured.
 *
 * At full load the two add up to no more than the gross joules that were measured: with k processes of t threads on C cores, k·t ≤ C, they
 * are net + (idle W ÷ C)·k·t ÷ throughput ≤ gross.
 */
export function runProfile(run: AnalysedRun): FoundProfile {
  const { report, results, terms } = run;
  const { id, environment, scope, workload } = report.run;
  const name = `run ${id}`;
  const { source } = report;
  const finished = results.filter(({ trials }) => trials.length > 0);
  if (source === null || finished.length === 0)
    return none(`${name} has no finished repeat: resume it (greenbatch run --resume), or name another one.`);
  if (scope === 'process')
    return none(
      `${name} measured whole processes (measure.scope: process): no server starts one for each request. Measure the stage with scope: inference or end-to-end.`,
    );
  if (finished.every(({ threads }) => threads === 0))
    return none(
      `${name} does not tell how many threads it ran (it was imported): the cores of a replica are not known. Give its numbers as a table with cores.`,
    );
  const cores = machineCores(environment);
  const { kept: perReplica, dropped } = onePerReplica(finished.filter(({ threads }) => threads > 0));
  const { kept, beyondCores } = onePerCores(perReplica, cores);
  const isAlone = results.filter(({ skipped }) => skipped === null).length === 1;
  const labels = configurationLabels(results);
  const labelOf = ({ id }: Configuration) => labels.get(id) ?? id;
  const variantOf = variantNames(results);
  const made = kept.map((result) => ({
    result,
    label: labelOf(result),
    summary: summarise({ result, requests: [], isAlone }, { repeats: runRepeats(terms), unit: workload.unit }),
  }));
  const net = netOf(made, cores, report.run.idleWatts);
  const options = made.flatMap(({ result, summary }) => {
    const option = optionOf(variantOf(result), summary, net);
    return option === null ? [] : [option];
  });
  if (options.length === 0) return none(`${name} tells the time of no batch: measure again.`);
  return {
    options,
    source: `${isMeasured(source) ? 'measured' : 'estimated'}: ${name}, ${sourceText(source)}`,
    notes: notesOf(run, { made, dropped, beyondCores: beyondCores.map(labelOf), net }).map((note) =>
      withFullStop(`${name}: ${note}`),
    ),
    basis: basisOf(run, name, source),
  };
}

/** Another run of the stage may be one. */
const none = (problem: string): FoundProfile => ({ problem, kind: 'unprofiled' });

type Made = { result: ConfigurationResult; label: string; summary: ConfigurationSummary };

/**
 * Of configurations that differ in their number of processes alone, the one with most: so loaded a machine is on which replicas stand beside
 * each other.
 */
function onePerReplica(results: readonly ConfigurationResult[]): { kept: ConfigurationResult[]; dropped: number } {
  const isSame = sameExcept('instances');
  const kept = results.filter((one) => !results.some((other) => isSame(one, other) && other.instances > one.instances));
  return { kept, dropped: results.length - kept.length };
}

/** Threads beyond the physical cores share them: together the replicas hold no more than the machine has. */
const coresHeld = ({ threads, instances }: Pick<Configuration, 'threads' | 'instances'>, cores: number | null) =>
  cores === null ? threads : Math.min(threads, cores / instances);

/**
 * Of configurations whose replicas hold as many cores, the one with fewest threads: one for each of the cores, where that was measured. An option
 * is known by its cores, and of replicas with more threads than cores nobody could tell how many to start.
 */
function onePerCores(results: readonly ConfigurationResult[], cores: number | null) {
  const isSame = sameExcept('instances', 'threads');
  const hasFewer = (one: ConfigurationResult) =>
    results.some(
      (other) => isSame(one, other) && coresHeld(one, cores) === coresHeld(other, cores) && other.threads < one.threads,
    );
  return { kept: results.filter((one) => !hasFewer(one)), beyondCores: results.filter(hasFewer) };
}

/** The model's short name, and whether it spins where the run has both. */
function variantNames(results: readonly ConfigurationResult[]): (c: Configuration) => string {
  const nameOf = modelNames(results);
  const bothSpin = new Set(results.map(({ spinning }) => spinning)).size > 1;
  return (c) => `${nameOf(c)}${bothSpin ? (c.spinning ? ' spinning' : ' not spinning') : ''}`;
}

/** What is taken off the gross energy of all options of a run, or why nothing is. */
type Net = { cores: number | null } & ({ idleWatts: number; gross: null } | { gross: string });

/**
 * One rule for a whole run: gross beside net energy would make one option dearer than another by what the machine takes at rest. A baseline
 * above what the machine drew at work is of another machine than that which worked.
 */
function netOf(made: readonly Made[], cores: number | null, idleWatts: number | null): Net {
  if (cores === null) return { cores, gross: 'the machine does not tell how many cores it has' };
  const without = made.filter(({ summary }) => summary.netJoulesPerUnit === null);
  if (idleWatts === null || without.length > 0)
    return { cores, gross: 'not all of it has an idle baseline (measure.idleSeconds)' };
  // Of blocks that found other idle power their mean and the run's differ a little; what is charged is never more than was taken off of any.
  const takenOff = made.map(({ summary: { joulesPerUnit, netJoulesPerUnit, unitsPerSecond } }) =>
    joulesPerUnit === null || unitsPerSecond === null
      ? idleWatts
      : (joulesPerUnit.mean - netJoulesPerUnit!.mean) * unitsPerSecond,
  );
  const below = made.filter(({ summary }) => summary.netJoulesPerUnit!.mean < 0);
  if (below.length === 0) return { cores, idleWatts: Math.min(idleWatts, ...takenOff), gross: null };
  const why = `at rest it drew more than at work (${optionsText(below.map(({ label }) => label))}), so the baseline is of a machine that did other things: measure again on a quiet one`;
  return { cores, gross: why };
}

/** null where it has no latency. */
function optionOf(variant: string, summary: ConfigurationSummary, net: Net): ProfiledOption | null {
  const { model, batchSize, instances, threads, batchLatencyMs, unitsPerSecond, joulesPerUnit, netJoulesPerUnit } =
    summary;
  if (batchLatencyMs === null || unitsPerSecond === null || joulesPerUnit === null) return null;
  const same = {
    ...{ variant, model, batch: batchSize, accuracy: summary.accuracy },
    cores: coresHeld({ threads, instances }, net.cores),
    latencySeconds: (batchLatencyMs.p99 ?? batchLatencyMs.max) / 1000,
    throughput: unitsPerSecond / instances,
  };
  if (net.gross !== null) return { ...same, joulesPerRequest: joulesPerUnit.mean, energyIncludesIdle: true };
  return { ...same, joulesPerRequest: netJoulesPerUnit!.mean, idleWattsPerCore: net.idleWatts / net.cores! };
}

const optionsText = (those: readonly string[]) =>
  `${those.slice(0, 3).join(', ')}${those.length > 3 ? ` and ${those.length - 3} more` : ''}`;

function notesOf(
  { report: { run, source } }: AnalysedRun,
  {
    made,
    dropped,
    beyondCores,
    net,
  }: { made: readonly Made[]; dropped: number; beyondCores: readonly string[]; net: Net },
): string[] {
  const { cores } = net;
  const notes: string[] = [];
  const tell = (of: (one: Made) => boolean, text: (options: string) => string) => {
    const those = made.filter(of);
    if (those.length > 0) notes.push(text(optionsText(those.map(({ label }) => label))));
  };
  if (source && !isMeasured(source))
    notes.push(`its joules are estimated ${estimateText(countedParts(source))}, not measured`);
  const without = source && withoutText(source);
  if (without) notes.push(`its joules are ${without}`);
  if (run.status !== 'complete') notes.push(`it is ${run.status}, not complete`);
  tell(
    ({ summary }) => summary.batchLatencyMs === null,
    (options) => `${options} tell no time of a batch and are left out`,
  );
  tell(
    ({ summary: { batchLatencyMs } }) => batchLatencyMs !== null && batchLatencyMs.p99 === null,
    (options) =>
      `the latency of ${options} is that of the longest batch: fewer than 100 were measured, too few for a 99th percentile (more repeats, or longer windows)`,
  );
  if (net.gross !== null)
    notes.push(`its energy is gross, and no idle power is charged for the cores held: ${net.gross}`);
  tell(
    ({ summary }) => summary.n < fewestBlocks,
    (options) => `${options} rest on fewer than ${fewestBlocks} repeats`,
  );
  if (dropped > 0)
    notes.push(
      `${counted(dropped, 'configuration')} with fewer processes at once ${dropped === 1 ? 'is' : 'are'} left out: a replica is as fast as it was beside most others`,
    );
  if (beyondCores.length > 0)
    notes.push(
      `${optionsText(beyondCores)} ${beyondCores.length === 1 ? 'is' : 'are'} left out: a replica with more threads than cores would hold as many cores as one with fewer threads, which stays`,
    );
  tell(
    ({ result }) => cores !== null && result.instances * result.threads < cores,
    (options) =>
      `${options} left some of the ${cores} cores unused: replicas that fill them may be slower (split: auto measures them so)`,
  );
  return [
    ...notes,
    ...conditionsOf(run)
      .filter(isOfMachine)
      .map(({ message }) => message),
  ];
}

type Source = NonNullable<AnalysedRun['report']['source']>;

function sourceText(source: Source): string {
  const counted = countedParts(source);
  return isMeasured(source)
    ? `${instrumentsOf(counted).join(' + ')} of ${counted.map(({ id }) => id).join(' + ')}`
    : estimateText(counted);
}

function basisOf({ report: { run } }: AnalysedRun, name: string, source: Source): EnergyBasis {
  const counted = countedParts(source);
  const text = (values: readonly string[]) => [...new Set(values)].sort().join(' + ');
  const { cpuModel, machineId } = run.environment;
  return {
    run: name,
    measured: isMeasured(source),
    kinds: kindsOf({ parts: counted }),
    curve: text(counted.flatMap(({ curve }) => (curve ? [`${curve.idleWatts} to ${curve.maxWatts} W`] : []))),
    domains: text(counted.map(({ kind }) => kind)),
    machine:
      typeof cpuModel === 'string' ? [cpuModel, machineId].filter((one) => typeof one === 'string').join(', ') : null,
    scope: run.scope ?? run.workload.name,
  };
}
