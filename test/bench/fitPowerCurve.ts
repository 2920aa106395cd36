import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadShare } from '../../src/core/energy/powerCurve';

/**
 * Fits the shape of src/core/energy/powerCurve.ts to measured package power against CPU load, and prints it with its errors:
 * `npx tsx test/bench/fitPowerCurve.ts`. Data: GREENBATCH_FIXTURES/energy/codecarbon-rapl-vs-load.
 *
 * Watts are `rapl_energy` (kWh of the row) over `duration`. The column `rapl_power` is not used: it holds the power
 * of the row before (each tracker reports its last interval before the load began; the first row is 1/31 of idle).
 * The files named E5-1240 are left out: same CPU as E3-1240, twice its watts and above its TDP (69 W), because package
 * and core zones were added up.
 */
export type LoadRow = { machine: string; loadType: string; utilisation: number; watts: number };

export const loadFolder = path.resolve(
  process.env.GREENBATCH_FIXTURES ?? path.join(import.meta.dirname, '../../../shared/data'),
  'energy/codecarbon-rapl-vs-load',
);

/** All rows of the data set, or null where it is absent. */
export function readLoadRows(folder = loadFolder): LoadRow[] | null {
  if (!existsSync(folder)) return null;
  const files = readdirSync(folder).filter((name) => name.endsWith('.csv') && !name.startsWith('E5-1240'));
  return files.flatMap((file) => {
    const [head = '', ...lines] = readFileSync(path.join(folder, file), 'utf8').trim().split('\n');
    const columns = head.split(',');
    return lines.map((line) => {
      const cells = line.split(',');
      const cell = (name: string) => cells[columns.indexOf(name)] ?? '';
      return {
        machine: file.split('__')[0]!,
        loadType: cell('load_type'),
        utilisation: Number(cell('cpu_load')) / 100,
        watts: (Number(cell('rapl_energy')) * 3.6e6) / Number(cell('duration')),
      };
    });
  });
}

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const machinesOf = (rows: LoadRow[]) => [...new Set(rows.map((row) => row.machine))];

/** Relative RMS error of watts in percent; each machine counts the same, its idle and full power are its own. */
export function relativeErrorPercent(rows: LoadRow[], shape: number): number {
  const squares = machinesOf(rows).map((machine) => {
    const own = rows.filter((row) => row.machine === machine);
    const idleWatts = mean(own.filter((row) => row.utilisation <= 0.05).map((row) => row.watts));
    const maxWatts = mean(own.filter((row) => row.utilisation >= 0.995).map((row) => row.watts));
    return mean(
      own.map((row) => {
        const watts = idleWatts + (maxWatts - idleWatts) * loadShare(row.utilisation, shape);
        return ((watts - row.watts) / row.watts) ** 2;
      }),
    );
  });
  return 100 * Math.sqrt(mean(squares));
}

/** The shape with the least relative error, to 0.01. */
export function fitShape(rows: LoadRow[]): number {
  const shapes = Array.from({ length: 600 }, (_, i) => (i + 1) / 100);
  return shapes.reduce((best, s) => (relativeErrorPercent(rows, s) < relativeErrorPercent(rows, best) ? s : best));
}

/** Shape and errors as they stand in src/core/energy/powerCurve.ts. */
export function fitPowerCurve(rows: LoadRow[]) {
  const busyCores = rows.filter((row) => row.loadType === 'some_cores');
  const shape = fitShape(busyCores);
  const left = machinesOf(busyCores).map((machine) => {
    const others = busyCores.filter((row) => row.machine !== machine);
    const own = busyCores.filter((row) => row.machine === machine);
    const otherShape = fitShape(others);
    return { machine, shape: otherShape, errorPercent: relativeErrorPercent(own, otherShape) };
  });
  return {
    shape,
    errorPercent: relativeErrorPercent(busyCores, shape),
    leaveOneOutPercent: Math.sqrt(mean(left.map((l) => l.errorPercent ** 2))),
    partlyBusyPercent: relativeErrorPercent(
      rows.filter((row) => row.loadType === 'all_cores'),
      shape,
    ),
    machines: left,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const rows = readLoadRows();
  if (rows === null)
    throw new Error(`no data in ${loadFolder}; set GREENBATCH_FIXTURES to the folder that holds energy/`);
  console.log(JSON.stringify(fitPowerCurve(rows), null, 2));
}
