import type { ConfigurationSummary } from '../run/result';
import type { Table } from './csv';

/** All numbers of all configurations with their intervals, one row each: what is exported as CSV. */
export function resultColumns(configurations: readonly ConfigurationSummary[], sourceLabel: string): Table {
  const columns: [string, (c: ConfigurationSummary) => string | number | null][] = [
    ['configuration', (c) => c.id],
    ['model', (c) => c.model],
    ['batchSize', (c) => c.batchSize],
    ['threads', (c) => c.threads],
    ['spinning', (c) => String(c.spinning)],
    ['n', (c) => c.n],
    ['joulesPerImage', (c) => c.joulesPerImage?.mean ?? null],
    ['joulesPerImageLow', (c) => c.joulesPerImage?.low ?? null],
    ['joulesPerImageHigh', (c) => c.joulesPerImage?.high ?? null],
    ['netJoulesPerImage', (c) => c.netJoulesPerImage?.mean ?? null],
    ['joulesPerRequest', (c) => c.joulesPerRequest?.mean ?? null],
    ['averageWatts', (c) => c.averageWatts],
    ['utilisation', (c) => c.utilisation],
    ['imagesPerSecond', (c) => c.imagesPerSecond],
    ['cpuSecondsPerImage', (c) => c.cpuSecondsPerImage],
    ['batchLatencyP50Ms', (c) => c.batchLatencyMs?.p50 ?? null],
    ['batchLatencyP95Ms', (c) => c.batchLatencyMs?.p95 ?? null],
    ['batchLatencyMaxMs', (c) => c.batchLatencyMs?.max ?? null],
    ['requestLatencyP50Ms', (c) => c.requestLatencyMs?.p50 ?? null],
    ['requestLatencyP95Ms', (c) => c.requestLatencyMs?.p95 ?? null],
    ['accuracy', (c) => c.accuracy],
    ['skipped', (c) => c.skipped?.message ?? null],
    ['source', () => sourceLabel],
  ];
  return {
    columns: columns.map(([name]) => name),
    rows: configurations.map((c) => columns.map(([, of]) => of(c))),
  };
}
