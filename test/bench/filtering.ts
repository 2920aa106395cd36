/**
 * Whether RAPL filtering shows in the scatter of 10 Hz steps of a machine at rest, and what it leaves in a window:
 * `npx tsx test/bench/filtering.ts [repetitions]` prints the tables of docs/measurement.md.
 */
import { seededNormal, seededRandom } from '../../src/core/statistics/random';

const repetitions = Number(process.argv[2] ?? 2000);
const normal = seededNormal(7);
const random = seededRandom(8);

const stepMs = 100;
const watts = 45;
const idleSteps = 50;

/**
 * What is published of the noise leaves these open, each in millijoules that a counter is off by, as a series over steps of
 * 100 ms. `brownian`: a random walk whose 3 σ over `ms` are 20 % of the energy of that time.
 */
const brownian = (ms: number) => (steps: number) => {
  const sigma = ((0.2 * watts * ms) / 3) * Math.sqrt(stepMs / ms);
  let off = 0;
  return Array.from({ length: steps + 1 }, () => (off += sigma * normal()));
};
const noises: Record<string, (steps: number) => number[]> = {
  none: (steps) => new Array<number>(steps + 1).fill(0),
  // Each reading alone, by up to half of what one update of 1 ms adds; nothing of it is carried on.
  'up to 50 % of an update': (steps) => Array.from({ length: steps + 1 }, () => watts * (random() - 0.5)),
  'Brownian, 20 % of 10 ms': brownian(10),
  'Brownian, 20 % of 100 ms': brownian(100),
  'Brownian, 20 % of 1 s': brownian(1000),
};
/** Of what a machine at rest does itself: half of it white, half a slow wave (AR(1) over 2 s). */
const scatters = [0.005, 0.02, 0.08];

function energies(steps: number, scatter: number, noise: (steps: number) => number[]): number[] {
  const keep = Math.exp(-stepMs / 2000);
  let wave = normal();
  const off = noise(steps);
  return Array.from({ length: steps }, (_, i) => {
    wave = keep * wave + Math.sqrt(1 - keep * keep) * normal();
    const own = 1 + scatter * Math.SQRT1_2 * (wave + normal());
    return watts * stepMs * own + off[i + 1]! - off[i]!;
  });
}

function relativeDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)) / mean;
}

const deviations = (scatter: number, noise: (steps: number) => number[]) =>
  Array.from({ length: repetitions }, () => relativeDeviation(energies(idleSteps, scatter, noise))).sort(
    (a, b) => a - b,
  );

/** A limit that 5 % of unfiltered baselines of such a scatter pass. */
const limitFor = (scatter: number) => deviations(scatter, noises.none!)[Math.floor(0.95 * repetitions)]!;
const limits = [scatters[0]!, scatters.at(-1)!].map(limitFor);

console.log(
  'Idle baselines of 5 s called filtered, by the limit for the calmest machine / for the most restless one.\n',
);
console.log(`| noise | ${scatters.map((s) => `rest scatters by ${100 * s} %`).join(' | ')} |`);
console.log(`| --- | ${scatters.map(() => '---:').join(' | ')} |`);
for (const [name, noise] of Object.entries(noises)) {
  const cells = scatters.map((scatter) => {
    const seen = deviations(scatter, noise);
    const share = (limit: number) => Math.round((100 * seen.filter((d) => d > limit).length) / repetitions);
    return `${limits.map(share).join(' / ')} %`;
  });
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}

const windows = [1, 5, 30, 60];
console.log('\nScatter (1 σ) that the noise alone leaves in the joules of a window.\n');
console.log(`| noise | ${windows.map((s) => `${s} s`).join(' | ')} |`);
console.log(`| --- | ${windows.map(() => '---:').join(' | ')} |`);
for (const [name, noise] of Object.entries(noises).slice(1)) {
  const cells = windows.map((seconds) => {
    const steps = (seconds * 1000) / stepMs;
    const off = Array.from({ length: Math.min(repetitions, 500) }, () => {
      const series = noise(steps);
      return (series.at(-1)! - series[0]!) / (watts * 1000 * seconds);
    });
    return `${(100 * Math.sqrt(off.reduce((sum, value) => sum + value * value, 0) / off.length)).toPrecision(2)} %`;
  });
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
