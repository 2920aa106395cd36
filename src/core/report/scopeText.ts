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
