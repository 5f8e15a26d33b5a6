/**
 * Works on items before they are asked for: at most `ahead` are under way or done and not taken. Results come in
 * order. Work that was begun when the reader left ends by itself.
 */
export async function* readAhead<T, R>(
  items: Iterable<T>,
  ahead: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const queue: Promise<R>[] = [];
  const iterator = items[Symbol.iterator]();
  const fill = (): void => {
    while (queue.length < Math.max(1, ahead)) {
      const next = iterator.next();
      if (next.done) return;
      const result = work(next.value);
      result.catch(() => {});
      queue.push(result);
    }
  };
  for (fill(); queue.length > 0; fill()) yield await queue.shift()!;
}
