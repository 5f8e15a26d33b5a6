/** Steps that run while the results of earlier ones are on their way. */
export const STEPS_IN_FLIGHT = 3;

/**
 * Starts work for each item and gives the results in order, a few in flight. If the reader stops, or an item
 * fails, work that was started is waited for, so that nothing runs on behind the caller.
 */
export async function* pipelined<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  start: (item: T) => Promise<R>,
): AsyncGenerator<{ readonly item: T; readonly result: R }> {
  const queue: { item: T; result: Promise<R> }[] = [];
  try {
    for await (const item of items) {
      const result = start(item);
      result.catch(() => {});
      queue.push({ item, result });
      if (queue.length < STEPS_IN_FLIGHT) continue;
      const first = queue.shift()!;
      yield { item: first.item, result: await first.result };
    }
    while (queue.length > 0) {
      const first = queue.shift()!;
      yield { item: first.item, result: await first.result };
    }
  } finally {
    await Promise.allSettled(queue.map(({ result }) => result));
  }
}
