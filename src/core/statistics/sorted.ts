/**
 * The first of `count` indices for which something holds that also holds for all behind it; `count` where it holds for
 * none. By halving: it is asked for few of them.
 */
export function firstIndex(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
