/**
 * How a log of format 1 is read: each of its lines is put into the words of format 2 before anything else looks at it.
 * Format 1 knew one kind of work, object detection in images. What it did not record is not made up: it stays left out, and
 * nothing that is judged depends on it.
 */

type Fields = Record<string, unknown>;

/** The work of every run of format 1. */
const detectionOfFormat1 = {
  name: 'detection',
  unit: 'image',
  phases: ['load', 'preprocess', 'inference', 'nms', 'evaluation'],
};

const mappings: Record<string, (event: Fields) => Fields> = {
  'run.created': (event) =>
    event.version === 1 ? { ...event, version: 2, workload: event.workload ?? detectionOfFormat1 } : event,
  'trial.window': (event) => {
    if (event.images === undefined) return event;
    const { images, ...rest } = event;
    return { work: images, ...rest };
  },
};

/** A line of a log, as JSON gave it, in the words of format 2; one that is of it already, or is no event, as it is. */
export function fromFormat1(line: unknown): unknown {
  if (typeof line !== 'object' || line === null) return line;
  const event = line as Fields;
  const type = typeof event.type === 'string' ? event.type : '';
  return Object.hasOwn(mappings, type) ? mappings[type]!(event) : line;
}
