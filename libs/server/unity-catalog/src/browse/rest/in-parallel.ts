/** What `work` makes of each item, as soon as it is done, with only so many at work at once. The first failure ends it. */
export async function* inParallel<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const running = new Map<number, Promise<{ key: number; result: Result }>>();
  let next = 0;
  const startMore = (): void => {
    while (running.size < atOnce && next < items.length) {
      const key = next++;
      running.set(
        key,
        work(items[key] as Item).then((result) => ({ key, result })),
      );
    }
  };
  try {
    for (startMore(); running.size > 0; startMore()) {
      const { key, result } = await Promise.race(running.values());
      running.delete(key);
      yield result;
    }
  } finally {
    // Those still at work when it ends early have nobody left to tell of their failure.
    await Promise.allSettled(running.values());
  }
}
