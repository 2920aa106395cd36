/**
 * Physical cores of the whole machine that measured, by what it told of itself; null where it did not tell. Cores are physical ones because
 * `threads` are: an experiment without `threads` takes one a physical core, and pinned processes get cores of their own while there are enough.
 *
 * A process that may use only some of the CPUs (a container, `taskset`) sees as many physical cores as it may use CPUs at most; the idle power is
 * that of all of them, so then they are counted by the logical CPUs: else the whole machine at rest would be charged to a part of it.
 */
export function machineCores(environment: Readonly<Record<string, unknown>>): number | null {
  const number = (key: string) => {
    const value = environment[key];
    return typeof value === 'number' && value > 0 ? value : null;
  };
  const [seen, logical, usable] = [number('physicalCores'), number('logicalCpus'), number('availableParallelism')];
  if (seen === null) return null;
  if (logical === null || usable === null || usable >= logical) return seen;
  return Math.max(seen, environment.smt === 'on' ? logical / 2 : logical);
}
