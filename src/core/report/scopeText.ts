import type { Configuration } from '../configuration/configuration';
import type { Spec } from '../spec/spec';

/** What windows of detection hold; null: of another workload, which has no parts to leave out. */
type Scope = Spec['measure']['scope'] | null;

const wholeWork = 'the whole work';

/** What the energy windows hold, in words that stand beside every table of joules. */
export function scopeText(scope: Scope): string {
  if (scope === null) return wholeWork;
  return scope === 'inference'
    ? 'inference only (no loading, decoding or NMS)'
    : 'end to end: loading, preprocessing, inference, NMS and evaluation';
}

/** The same where there is little room. */
export const shortScope = (scope: Scope) =>
  scope === null ? wholeWork : scope === 'inference' ? 'inference only' : 'end to end';

/** How to learn what spinning costs, where all that was measured spins and somebody could; else null. */
export function spinningNote(configurations: readonly Pick<Configuration, 'spinning' | 'threads'>[]): string | null {
  const isOn = configurations.length > 0 && configurations.every((c) => c.spinning);
  const isSeen = configurations.some((c) => c.threads > 1);
  return isOn && isSeen
    ? 'idle workers spin, as ONNX Runtime lets them; spinning: [true, false] tells what that takes'
    : null;
}
