import { type NamedRow, numberIn, readNamedRows } from './namedRows';
import { latencyReferences, type ProfileRow, throughputReferences } from './profileRow';
import { nameProblem, read, type Reading, shown, unread } from './reading';

const needed = ['series', 'node_name', 'model_variant', 'cpu_request', 'max_batch_size', 'load'];

/**
 * A profile table: a row an experiment, as notebooks on IPA's series print them. Besides the columns `series, node_name, model_variant,
 * cpu_request, max_batch_size, load` it has latencies in seconds, `latency_<p99…>_s`, IPA's own `model_latencies_<p99…>`, or one
 * `latency_s` with its `latency_ref` beside it, and throughputs in requests a second, `throughput_<max…>_rps` or `throughput_<max…>`.
 *
 * @param file that messages name
 */
export function readProfileTable(source: string, file: string): Reading<ProfileRow[]> {
  const csv = readNamedRows(source, needed);
  if (!csv.ok) return csv;
  const { columns, rows } = csv.value;
  const latencyColumns = latencyReferences.flatMap((reference) =>
    [`latency_${reference}_s`, `model_latencies_${reference}`]
      .filter((column) => columns.includes(column))
      .map((column) => ({ reference, column })),
  );
  const throughputColumns = throughputReferences.flatMap((reference) =>
    [`throughput_${reference}_rps`, `throughput_${reference}`]
      .filter((column) => columns.includes(column))
      .map((column) => ({ reference, column })),
  );
  const hasOneLatency = columns.includes('latency_s') && columns.includes('latency_ref');
  if (latencyColumns.length === 0 && !hasOneLatency)
    return unread(1, 'has no latency', 'a column latency_p99_s, or latency_ref and latency_s');
  if (throughputColumns.length === 0) return unread(1, 'has no throughput', 'a column throughput_max_rps');
  const found: ProfileRow[] = [];
  for (const row of rows) {
    const common = experimentOf(row);
    if (typeof common === 'string') return unread(row.line, common);
    const latencySeconds: ProfileRow['latencySeconds'] = {};
    const throughput: ProfileRow['throughput'] = {};
    const cellProblem = (column: string) => {
      const text = row.cells.get(column) ?? '';
      const number = numberIn(row, column);
      const isNone = /^(nan|none|null|)$/i.test(text);
      return (number === null && !isNone) || (number !== null && number < 0)
        ? `has ${shown(text)} for ${column}; allowed: a number from 0, or nothing`
        : null;
    };
    const measured = [...latencyColumns, ...throughputColumns].map(({ column }) => column);
    const problem = [...measured, ...(hasOneLatency ? ['latency_s'] : [])].map(cellProblem).find((one) => one !== null);
    if (problem) return unread(row.line, problem);
    for (const { reference, column } of latencyColumns) latencySeconds[reference] = numberIn(row, column);
    for (const { reference, column } of throughputColumns) throughput[reference] = numberIn(row, column);
    if (hasOneLatency) {
      const text = row.cells.get('latency_ref') ?? '';
      const reference = latencyReferences.find((one) => one === text);
      if (reference === undefined)
        return unread(row.line, `has ${shown(text)} for latency_ref`, latencyReferences.join(', '));
      latencySeconds[reference] = numberIn(row, 'latency_s');
    }
    found.push({ ...common, latencySeconds, throughput, place: `${file}:${row.line}` });
  }
  return read(found);
}

/** What a row says of the experiment itself, or what is wrong with it. */
export function experimentOf(row: NamedRow): Omit<ProfileRow, 'latencySeconds' | 'throughput' | 'place'> | string {
  const node = row.cells.get('node_name') ?? '';
  const variant = row.cells.get('model_variant') ?? '';
  for (const [column, text] of Object.entries({ node_name: node, model_variant: variant })) {
    const problem = nameProblem(text);
    if (problem !== null) return `has no ${column} that is one: ${problem}`;
  }
  const numbers = { series: 0, cpu_request: 0, max_batch_size: 0, load: 0 };
  for (const column of Object.keys(numbers) as (keyof typeof numbers)[]) {
    const number = numberIn(row, column);
    const isWhole = column === 'series' || column === 'max_batch_size';
    const least = column === 'series' ? 0 : isWhole ? 1 : Number.MIN_VALUE;
    if (number === null || number < least || number > 1e6 || (isWhole && !Number.isInteger(number)))
      return `has ${shown(row.cells.get(column) ?? '')} for ${column}; allowed: ${isWhole ? `a whole number from ${least}` : 'a number above 0'}`;
    numbers[column] = number;
  }
  const { series, cpu_request: cores, max_batch_size: batch, load } = numbers;
  return { series, node, variant, cores, batch, load };
}
