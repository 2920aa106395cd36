/** Calls back before the page is printed (or shown as it would be), and after that; each once. */
export function onPrinting(change: (isPrinting: boolean) => void): void {
  let isPrinting = false;
  const become = (now: boolean) => {
    if (now === isPrinting) return;
    isPrinting = now;
    change(now);
  };
  addEventListener('beforeprint', () => become(true));
  addEventListener('afterprint', () => become(false));
  matchMedia('print').addEventListener('change', ({ matches }) => become(matches));
}
