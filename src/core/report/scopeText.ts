import type { Configuration } from '../configuration/configuration';
import type { Size, Spec } from '../spec/spec';

/** What windows of detection hold; null: of another workload, which has no parts to leave out. */
type Scope = Spec['measure']['scope'] | null;

const wholeWork = 'the whole work';

/** What the energy windows hold, in words that stand beside every table of joules. */
export const scopeText = (scope: Scope): string => (scope === null ? wholeWork : texts[scope].full);

/** The same where there is little room. */
export function shortScope(scope: string | null): string {
  if (scope === null) return wholeWork;
  // A later program may have more of them.
  return Object.hasOwn(texts, scope) ? texts[scope as NonNullable<Scope>].short : scope;
}

const pass = 'loading, preprocessing, inference, NMS and evaluation';
const texts = {
  inference: { full: 'inference only (no loading, decoding or NMS)', short: 'inference only' },
  'end-to-end': { full: `end to end: ${pass}`, short: 'end to end' },
  process: {
    full: `whole processes, nothing warmed up: start, model, ${pass.replace(' and evaluation', ', evaluation')}, exit`,
    short: 'whole processes',
  },
};

/** What size images go into the model in. */
export const inputSizeText = ({ height, width }: Size, rect?: boolean): string =>
  rect ? `longer side ${height} pixels, each batch padded to a shape of its own` : `${width}×${height} pixels each`;

/** How to learn what spinning costs, where all that was measured spins and somebody could; else null. */
export function spinningNote(configurations: readonly Pick<Configuration, 'spinning' | 'threads'>[]): string | null {
  const isOn = configurations.length > 0 && configurations.every((c) => c.spinning);
  const isSeen = configurations.some((c) => c.threads > 1);
  return isOn && isSeen
    ? 'idle workers spin, as ONNX Runtime lets them; spinning: [true, false] tells what that takes'
    : null;
}
