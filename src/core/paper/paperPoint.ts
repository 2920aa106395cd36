import { type Known, scaled, shared, within } from '../statistics/known';
import { type PaperExperiment, publishedPoints } from './published';

/** One configuration as the paper looks at it: published, or measured here. */
export type PaperPoint = {
  /** As people read it. */
  model: string;
  /** Images per inference call. */
  batchSize: number;
  /** Images that the energy of a run is of. */
  images: number;
  /** Energy of the whole run. */
  runJoules: Known;
  /** That ÷ its images. */
  joulesPerImage: Known;
  /** Inference alone ÷ images; null where no time of it is known. */
  latencyMsPerImage: Known | null;
  /** Harmonic mean of COCO's AP and AR (`paperF1`); null where it is not known. */
  f1: Known | null;
  /** Trials behind it. */
  n: number;
};

/** The published points with the errors of the reading. */
export function publishedPaperPoints(experiment: PaperExperiment): PaperPoint[] {
  return publishedPoints(experiment).map((p) => ({
    ...{ model: p.model, batchSize: p.batchSize, images: p.images, n: 1 },
    runJoules: within(p.runJoules, p.errorJoules),
    joulesPerImage: shared(within(p.runJoules, p.errorJoules), p.images),
    latencyMsPerImage: within(p.latencyMsPerImage, p.errorLatencyMs),
    f1: p.f1 === null ? null : within(p.f1, p.errorF1),
  }));
}

/** What figure 4 plots as "energy per input": energy of the whole run ÷ batch size. */
export const joulesPerBatchSlot = ({ runJoules, batchSize }: PaperPoint): Known => shared(runJoules, batchSize);

/** Batch size × milliseconds an image: how long a request waits for its batch where nothing is queued. */
export const requestLatencyMs = ({ latencyMsPerImage, batchSize }: PaperPoint): Known | null =>
  latencyMsPerImage && scaled(latencyMsPerImage, batchSize);
