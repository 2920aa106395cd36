/** Runs `draw` at most `framesPerSecond` times a second, and only after `request` was called. */
export type Frames = { request(): void; limit(framesPerSecond: number): void };

export function createFrames(draw: () => void): Frames {
  let shortestMs = 100;
  let lastMs = Number.NEGATIVE_INFINITY;
  let waiting = false;
  const frame = () => {
    waiting = false;
    lastMs = performance.now();
    draw();
  };
  return {
    request() {
      if (waiting || shortestMs === Number.POSITIVE_INFINITY) return;
      waiting = true;
      const wait = lastMs + shortestMs - performance.now();
      if (wait <= 0) requestAnimationFrame(frame);
      else setTimeout(() => requestAnimationFrame(frame), wait);
    },
    limit(framesPerSecond) {
      shortestMs = framesPerSecond > 0 ? 1000 / framesPerSecond : Number.POSITIVE_INFINITY;
    },
  };
}
