import { countedIds, sourceLabel, withoutText } from '../energy/sourceLabel';
import { filteringText } from '../energy/filtering';
import { partsBeside } from '../energy/parts';
import { conditionsOf } from '../run/conditions';
import { fewestBlocks } from '../statistics/sequential';
import { counted } from '../statistics/wording';
import { wholeSentence } from '../words/sentence';
import type { JudgedRun } from '../analysis/verdict/judgeRun';
import { idleText } from './idleText';
import { pacedHow } from '../analysis/verdict/pacedSentence';
import { ownCostText } from './ownCostText';
import type { RunFacts } from './report';
import { inputSizeText, scopeText } from './scopeText';
import { statusText } from './statusText';

/** What is said of one thing. */
export type Fact = [name: string, text: string];

/**
 * How a run was measured, as a reader needs it who has nothing but the numbers: what the joules are of, how many trials, what
 * the intervals are, on which machine, by which program and models, and what the machine did meanwhile.
 */
export function methodsOf({ run, source }: RunFacts, { configurations, verdict }: JudgedRun): Fact[] {
  const facts: (Fact | null)[] = [
    ['Run', `${run.id} (${statusText(run)}), begun ${run.createdAt}`],
    ['Program', run.program],
    ['Energy source', source ? `${sourceLabel(source)}${source.reason ? `: ${source.reason}` : ''}` : 'none'],
    source ? ['What is added', addedText(source)] : null,
    ['What a window holds', `${scopeText(run.scope)}; gross: what the machine draws at rest is in it`],
    ['Work', workText({ run })],
    ['Repeats', repeatsText({ run }, configurations)],
    ['Intervals', intervalsText(verdict, configurations)],
    verdict.paced ? ['Replayed requests', replayText(verdict.paced)] : null,
    ['At rest', idleText(run) ?? 'not measured'],
    run.agreement ? ['Second instrument', run.agreement.sentence] : null,
    run.filtering ? ['RAPL filtering', filteringText(run.filtering)] : null,
    run.ownCost ? ['Own cost', wholeSentence(ownCostText(run.ownCost))] : null,
    ...run.models.map(({ model, sha256 }): Fact => ['Model', `${model}, sha256 ${sha256}`]),
    ['Machine', machineText(run.environment)],
    ['Conditions', conditionsText(run)],
  ];
  return facts.filter((fact) => fact !== null);
}

/** How requests were replayed, and what all else that is said of requests is. */
function replayText(paced: NonNullable<JudgedRun['verdict']['paced']>): string {
  const { configurations, arrivals, blocks } = paced;
  const drawn =
    arrivals === 'file'
      ? 'arrivals of a trace'
      : 'exactly the rate times the seconds of them, at random moments drawn by a seed';
  const padded = configurations.some((each) => each.padded)
    ? '; batches that are not full are filled up, as the model runs whole ones alone'
    : '';
  return `to ${counted(configurations.length, 'configuration')}, in ${counted(blocks, 'block')} after those under full load: ${pacedHow(paced)}; ${drawn}, the same for all configurations of a block, repeated end to end so that the window begins and ends in a busy server. Joules are those of the window ÷ its requests, idle power in them; latencies are of the requests that arrived in it, whenever answered${padded}. What is said of requests elsewhere is modelled`;
}

function addedText(source: NonNullable<RunFacts['source']>): string {
  const beside = partsBeside(source);
  return [
    source.measured || source.kind !== 'estimate'
      ? countedIds(source).join(' + ')
      : 'all packages, estimated from CPU time',
    withoutText(source),
    beside.length > 0 ? `shown beside it, and not added: ${beside.map(({ id }) => id).join(', ')}` : null,
  ]
    .filter((text) => text !== null)
    .join('; ');
}

function workText({ run }: Pick<RunFacts, 'run'>): string {
  const { images, imageSize, rect, workload } = run;
  if (!images) return `${workload.name}, counted in units of one ${workload.unit}`;
  const size = imageSize ? `, ${inputSizeText(imageSize, rect)}` : '';
  const skipped = images.skipped.length > 0 ? `; ${images.skipped.length} left out` : '';
  return `${images.count} images (${images.description})${size}${skipped}`;
}

function repeatsText({ run }: Pick<RunFacts, 'run'>, configurations: JudgedRun['configurations']): string {
  const trials = configurations.map(({ n }) => n);
  const [least, most] = [Math.min(...trials), Math.max(...trials)];
  const each = least === most ? counted(least, 'trial') : `${least} to ${most} trials`;
  const order = run.order === 'listed' ? 'in the order of the experiment' : 'in shuffled order';
  const blocks = run.blocks > 0 ? `, in ${counted(run.blocks, 'block')}, each ${order}` : '';
  const own = `each ${run.scope === 'process' ? 'window' : 'trial'} is a process of its own`;
  return `n = ${each} of each of ${counted(configurations.length, 'configuration')}${blocks}; ${own}`;
}

function intervalsText(
  { confidencePercent }: JudgedRun['verdict'],
  configurations: JudgedRun['configurations'],
): string {
  const most = Math.max(0, ...configurations.map(({ n }) => n));
  if (most < fewestBlocks) return `none is shown: of fewer than ${fewestBlocks} trials they say little`;
  return `${confidencePercent} % for each mean, over trials and not within them; those of the verdict hold together and are corrected for looking after every block`;
}

/** What explains a result elsewhere: not its name, nor whose it is. */
function machineText(environment: Record<string, unknown>): string {
  const named: [string, string][] = [
    ['nodeType', 'node type'],
    ['cpuModel', ''],
    ['sockets', 'sockets'],
    ['physicalCores', 'cores'],
    ['availableParallelism', 'threads'],
    ['governor', 'governor'],
    ['turbo', 'turbo'],
    ['microcode', 'microcode'],
    ['kernel', 'kernel'],
    ['platform', ''],
    ['node', 'Node.js'],
  ];
  const memory = environment.memoryBytes;
  const parts = named.flatMap(([key, name]) => {
    const value = environment[key];
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return [];
    return [name === '' ? String(value) : `${name} ${value}`];
  });
  if (typeof memory === 'number') parts.push(`${Math.round(memory / 2 ** 30)} GiB of memory`);
  if (environment.virtualMachine === true) parts.push('a virtual machine');
  return parts.length > 0 ? parts.join(', ') : 'the log does not tell';
}

function conditionsText(run: RunFacts['run']): string {
  const told = [...new Set(conditionsOf(run).map(({ message }) => wholeSentence(message)))];
  return told.length > 0 ? told.join(' ') : 'nothing is known of the machine that would qualify the result';
}
