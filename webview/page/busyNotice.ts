/** What waits for so long is told. */
const busyAfterMs = 300;

/**
 * Whether an answer is waited for long enough to be told.
 *
 * @param onBusy an answer is waited for, and that takes long; or no longer
 */
export function createBusyNotice(onBusy: (isBusy: boolean) => void) {
  let isBusy = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  return {
    wait(): void {
      if (timer !== null || isBusy) return;
      timer = setTimeout(() => {
        timer = null;
        onBusy((isBusy = true));
      }, busyAfterMs);
    },
    rest(): void {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (isBusy) onBusy((isBusy = false));
    },
  };
}
