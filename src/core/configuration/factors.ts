import type { Configuration } from './configuration';
import { processesText } from './split';

export type FactorKey = Exclude<keyof Configuration, 'id'>;

/** Something that a sweep varies. */
export type Factor = {
  key: FactorKey;
  /** Several values of it, in a sentence. */
  plural: string;
  /** Its part of a configuration's id; empty where it goes without saying. */
  idPart(c: Configuration, modelName: string): string;
  /** Its value beside the others, in a name for people. */
  phrase(c: Configuration, modelName: string): string;
};

/** All factors, in the order in which a configuration is named. A new one is an entry here and a key of the experiment file. */
export const factors: readonly Factor[] = [
  { key: 'model', plural: 'models', idPart: (_, name) => name, phrase: (_, name) => name },
  {
    key: 'batchSize',
    plural: 'batch sizes',
    idPart: (c) => `b${c.batchSize}`,
    phrase: (c) => `batch ${c.batchSize}`,
  },
  {
    key: 'instances',
    plural: 'numbers of processes',
    idPart: (c) => (c.instances > 1 ? `i${c.instances}` : ''),
    phrase: (c) => processesText(c.instances),
  },
  {
    key: 'threads',
    plural: 'numbers of threads',
    idPart: (c) => (c.threads > 0 ? `t${c.threads}` : ''),
    phrase: (c) => (c.threads > 0 ? `${c.threads} ${c.threads === 1 ? 'thread' : 'threads'}` : 'threads not known'),
  },
  {
    key: 'spinning',
    plural: 'settings of spinning',
    idPart: (c) => (c.spinning ? 'spin' : ''),
    phrase: (c) => (c.spinning ? 'spinning' : 'not spinning'),
  },
];

/** Unique in a run, and readable: `yolov7-tiny b8 t2`, with ` spin` where workers spin. */
export function configurationId(c: Omit<Configuration, 'id'>, modelName: string): string {
  return factors
    .map((factor) => factor.idPart({ id: '', ...c }, modelName))
    .filter((part) => part !== '')
    .join(' ');
}

/** The factors of which the configurations have several values. */
export function variedFactors(configurations: readonly Configuration[]): Factor[] {
  return factors.filter(({ key }) => new Set(configurations.map((c) => c[key])).size > 1);
}

/** Whether two configurations agree in everything but some factors. */
export function sameExcept(...except: FactorKey[]): (a: Configuration, b: Configuration) => boolean {
  const rest = factors.filter(({ key }) => !except.includes(key));
  return (a, b) => rest.every(({ key }) => a[key] === b[key]);
}

/** Configurations that differ in some factors alone, by what else they are; in the order in which they come. */
export function groupsExcept<C extends Configuration>(
  except: readonly FactorKey[],
  configurations: readonly C[],
): C[][] {
  const isSame = sameExcept(...except);
  const groups: C[][] = [];
  for (const c of configurations) {
    const own = groups.find(([first]) => isSame(first!, c));
    if (own) own.push(c);
    else groups.push([c]);
  }
  return groups;
}

/** The same for one factor: the series of a chart. The members of each stand by that factor where it is a number. */
export function seriesOver<C extends Configuration>(except: FactorKey, configurations: readonly C[]): C[][] {
  const series = groupsExcept([except], configurations);
  for (const members of series) members.sort((a, b) => Number(a[except]) - Number(b[except]) || 0);
  return series;
}
