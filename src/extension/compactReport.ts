import { energyBoundary, sourceLabel } from '../core/power/sourceLabel';
import { shortScope } from '../core/run/scopeText';
import type { RunReport } from '../core/run/report';

/** What a language model needs of a run: the verdict with its qualifications, and each row with its n and interval. */
export function compactReport({ run, source, verdict, configurations }: RunReport) {
  const digits = (value: number | null | undefined) => (value == null ? null : Number(value.toPrecision(4)));
  return {
    run: run.id,
    name: run.name,
    status: run.status,
    source: source && sourceLabel(source),
    measured: source?.measured ?? null,
    verdict: { kind: verdict.kind, sentence: verdict.sentence, qualification: verdict.qualification },
    boundary: source && `J/image: ${energyBoundary(source)}, under full load, ${shortScope(run.scope)}`,
    configurations: configurations.map((c) => ({
      model: c.model,
      batchSize: c.batchSize,
      threads: c.threads,
      n: c.n,
      ...(c.skipped
        ? { skipped: c.skipped.message }
        : {
            joulesPerImage: digits(c.joulesPerImage?.mean),
            interval95: c.joulesPerImage && [digits(c.joulesPerImage.low), digits(c.joulesPerImage.high)],
            averageWatts: digits(c.averageWatts),
            imagesPerSecond: digits(c.imagesPerSecond),
            cocoAP: digits(c.accuracy),
            batchP95Ms: digits(c.batchLatencyMs?.p95),
            requestP95Ms: digits(c.requestLatencyMs?.p95),
          }),
    })),
  };
}
