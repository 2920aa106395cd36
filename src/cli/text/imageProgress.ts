import { redraw } from './output';

/** Redraws one line of `done of total images` where standard error is a terminal; elsewhere says nothing. */
export function imageProgress(): (done: number, total: number) => void {
  if (!process.stderr.isTTY) return () => undefined;
  return (done, total) => redraw(done < total ? `${done} of ${total} images` : '');
}
