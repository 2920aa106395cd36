import { cpuTime } from '../energy/units';

/**
 * How a log of format 1 is read: each of its lines is put into the words of format 2 before anything else looks at it.
 * Format 1 knew one kind of work, object detection in images. What it did not record is not made up: it stays left out, and
 * nothing that is judged depends on it.
 */

type Fields = Record<string, unknown>;

/** The work of every run of format 1; only windows from end to end told phases apart. */
const detectionOfFormat1 = (event: Fields) => ({
  name: 'detection',
  unit: 'image',
  phases:
    fieldsOf(fieldsOf(event.spec).measure).scope === 'end-to-end'
      ? ['load', 'preprocess', 'inference', 'nms', 'evaluation']
      : [],
});

/**
 * A source of format 1: one kind, whole or not at all measured, with the joules' own curve beside its domains. Each domain
 * is a part; what is no such source stays as it is, and the schema says what is wrong with it.
 */
export function sourceOfFormat1(source: unknown): unknown {
  const { kind, measured, domains, curve, ...rest } = fieldsOf(source);
  if (!Array.isArray(domains)) return source;
  const parts = domains.map((domain: unknown) => {
    const { socket, rangeMicrojoules, ...part } = fieldsOf(domain);
    return {
      ...part,
      ...{ source: kind, measured, range: rangeMicrojoules },
      unit: curve == null ? 'microjoules' : cpuTime,
      scope: socket === null ? { of: 'machine', number: null } : { of: 'socket', number: socket },
      ...(curve != null && { curve }),
    };
  });
  return { ...rest, parts };
}

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

const mappings: Record<string, (event: Fields) => Fields> = {
  'run.created': (event) =>
    event.version === 1 ? { ...event, version: 2, workload: event.workload ?? detectionOfFormat1(event) } : event,
  'source.opened': (event) => {
    const source = sourceOfFormat1(event.source);
    return source === event.source ? event : { ...event, source };
  },
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
