import type { OwnCost } from '../values/ownCostSchema';
import { describeNumber } from '../words/units';

const two = (value: number) => describeNumber(value, 2);

/** What measuring itself took, part by part; a sentence without its full stop. */
export function ownCostText({ cpuPercent, joules, watts, energyPercent, editor, parts }: OwnCost): string {
  const { engine, sampler, watchdog } = parts;
  const named = [
    `${sampler === null ? 'engine and sampler' : 'engine'} ${two(engine.cpuPercent)} %`,
    ...(sampler === null ? [] : [`sampler ${two(sampler.cpuPercent)} %`]),
    ...(watchdog === null ? [] : [`the trials' watchdog ${two(watchdog.cpuPercent)} %`]),
  ].join(', ');
  const energy =
    joules === null || watts === null || energyPercent === null
      ? ''
      : `: about ${two(joules)} J, ${two(watts)} W, ${two(energyPercent)} % of the energy`;
  const beside =
    editor === null
      ? ''
      : `; the editor's extension host, with all its extensions, ${two(editor.cpuPercent)} %${editor.joules === null ? '' : ` (about ${two(editor.joules)} J)`}`;
  return `measuring itself took ${two(cpuPercent)} % of the machine's CPU time in the windows (${named})${energy}${beside}`;
}
