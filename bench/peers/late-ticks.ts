/** Starts a timer on this thread; the function that it gives ends it and tells by how many ms each tick was late. */
export function watchTicks(everyMs: number): () => number[] {
  const late: number[] = [];
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const due = performance.now() + everyMs;
    timer = setTimeout(() => {
      late.push(Math.max(0, performance.now() - due));
      wait();
    }, everyMs);
  };
  wait();
  return () => {
    clearTimeout(timer);
    return late;
  };
}
