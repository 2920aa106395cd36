/** Runs `draw` at most `framesPerSecond` times a second, and only after `request` was called; at 0 not at all. */
export type Frames = { request(): void; limit(framesPerSecond: number): void };

export function createFrames(draw: () => void): Frames {
  let shortestMs = 100;
  let lastMs = Number.NEGATIVE_INFINITY;
  let wanted = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const frame = () => {
    if (!wanted) return;
    wanted = false;
    lastMs = performance.now();
    draw();
  };
  const schedule = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (!wanted || shortestMs === Number.POSITIVE_INFINITY) return;
    const wait = lastMs + shortestMs - performance.now();
    if (wait <= 0) requestAnimationFrame(frame);
    // A timer takes no more than 2³¹ ms.
    else timer = setTimeout(() => requestAnimationFrame(frame), Math.min(wait, 2 ** 31 - 1));
  };
  return {
    request() {
      if (wanted) return;
      wanted = true;
      schedule();
    },
    limit(framesPerSecond) {
      shortestMs = framesPerSecond > 0 ? 1000 / framesPerSecond : Number.POSITIVE_INFINITY;
      // What waits by the old limit waits by the new one.
      schedule();
    },
  };
}
