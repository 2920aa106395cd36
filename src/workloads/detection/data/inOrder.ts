/**
 * Runs `work` on each item, at most `inFlight` at once, and yields the results in the items' order. No item is begun
 * more than `inFlight` ahead of the reader, so memory stays bounded and a reader that stops early wastes little. The
 * first failure ends it; what is then still in flight is waited for.
 */
export async function* mapInOrder<Item, Result>(
  items: Iterable<Item>,
  inFlight: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  try {
    for (const item of items) {
      if (running.length >= inFlight) yield await running.shift()!;
      const result = work(item);
      // Whoever awaits it sees a failure; until then it must not count as unhandled.
      result.catch(() => {});
      running.push(result);
    }
    while (running.length > 0) yield await running.shift()!;
  } finally {
    await Promise.allSettled(running);
  }
}
