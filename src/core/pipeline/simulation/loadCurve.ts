import { firstIndex } from '../../statistics/sorted';
import type { LoadPattern } from '../loaded';

/** A load pattern as pieces of constant rate, which begins anew where it ends. */
export type LoadCurve = {
  /** When each piece begins, seconds from the pattern's begin; one more than there are pieces: the last is its end. */
  edges: Float64Array;
  requestsPerSecond: Float64Array;
};

export function loadCurve(pattern: LoadPattern): LoadCurve {
  const pieces =
    pattern.kind === 'constant'
      ? [{ seconds: Number.POSITIVE_INFINITY, requestsPerSecond: pattern.requestsPerSecond }]
      : pattern.kind === 'steps'
        ? pattern.steps
        : pattern.requestsPerSecond.map((requestsPerSecond) => ({ seconds: 1, requestsPerSecond }));
  const edges = new Float64Array(pieces.length + 1);
  pieces.forEach(({ seconds }, i) => {
    edges[i + 1] = edges[i]! + seconds;
  });
  return { edges, requestsPerSecond: Float64Array.from(pieces, (piece) => piece.requestsPerSecond) };
}

/** Seconds until the pattern begins anew; infinite for a constant load. */
export const periodOf = ({ edges }: LoadCurve): number => edges.at(-1)!;

/** Piece by piece, what of the pattern lies between two moments. */
function* between(curve: LoadCurve, from: number, to: number): Generator<{ seconds: number; rate: number }> {
  const { edges, requestsPerSecond } = curve;
  const period = periodOf(curve);
  let round = period === Number.POSITIVE_INFINITY ? 0 : Math.floor(from / period) * period;
  let piece = firstIndex(requestsPerSecond.length, (i) => round + edges[i + 1]! > from);
  for (let at = from; at < to;) {
    if (piece === requestsPerSecond.length) {
      piece = 0;
      round += period;
    }
    const end = Math.min(to, round + edges[piece + 1]!);
    if (end > at) yield { seconds: end - at, rate: requestsPerSecond[piece]! };
    at = Math.max(at, end);
    piece++;
  }
}

/** Requests of one period; infinite for a constant load. */
export const requestsOf = ({ edges, requestsPerSecond }: LoadCurve): number =>
  requestsPerSecond.reduce((sum, rate, i) => (rate === 0 ? sum : sum + rate * (edges[i + 1]! - edges[i]!)), 0);

/** Requests per second, on average over the first `seconds`. */
export function meanLoad(curve: LoadCurve, seconds: number): number {
  const period = periodOf(curve);
  // However many periods there are, they are all alike.
  const whole = seconds > period ? Math.floor(seconds / period) : 0;
  let requests = whole === 0 ? 0 : whole * requestsOf(curve);
  for (const piece of between(curve, 0, whole === 0 ? seconds : seconds - whole * period))
    requests += piece.seconds * piece.rate;
  return requests / seconds;
}

/** Requests per second, the most that the pattern has between two moments. */
export function largestLoad(curve: LoadCurve, from: number, to: number): number {
  if (to - from >= periodOf(curve)) return curve.requestsPerSecond.reduce((most, rate) => Math.max(most, rate), 0);
  let most = 0;
  for (const { rate } of between(curve, from, to)) most = Math.max(most, rate);
  return most;
}
