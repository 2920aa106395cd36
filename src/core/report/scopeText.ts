import type { Spec } from '../spec/spec';

/** What the energy windows hold, in words that stand beside every table of joules. */
export function scopeText(scope: Spec['measure']['scope']): string {
  return scope === 'inference'
    ? 'inference only (no loading, decoding or NMS)'
    : 'end to end: loading, preprocessing, inference, NMS and evaluation';
}

/** The same where there is little room. */
export const shortScope = (scope: Spec['measure']['scope']) =>
  scope === 'inference' ? 'inference only' : 'end to end';
