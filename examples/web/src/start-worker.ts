/** Starts a worker of the page: one that trains, or one that reads drawings. */
export const startWorker = (name: 'trainer' | 'reader'): Worker =>
  new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name });
