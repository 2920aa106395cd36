import { type AccuracySampling, fewestReplicates } from '../../../core/accuracy/accuracySampling';
import { mostResamples } from '../../../core/accuracy/imageBootstrap';

/** Of very many images with very many categories fewer resamples have to do: 5,000 images take some seconds. */
const mostSeconds = 60;

export type SampledError = { sampling: AccuracySampling; warnings: string[] };

/**
 * The sampling error of an accuracy, in bounded time; work of one thread, never for an energy window.
 *
 * @param sample of an evaluation (`evaluateForSampling`)
 * @param alive a sign of life, for each resample
 */
export function samplingErrorOf(
  sample: (isOver: () => boolean) => AccuracySampling,
  alive: () => void,
  seconds = mostSeconds,
): SampledError {
  const start = performance.now();
  const sampling = sample(() => {
    alive();
    return performance.now() - start > 1000 * seconds;
  });
  const made = sampling.replicates.length;
  if (made >= mostResamples) return { sampling, warnings: [] };
  const so =
    made < fewestReplicates
      ? 'too few for an interval of the accuracy'
      : 'the interval of the accuracy is less certain';
  return {
    sampling,
    warnings: [`${made} of ${mostResamples} resamples of the images could be evaluated in ${seconds} s: ${so}`],
  };
}
