import type { Judged, Point } from './messages.ts';
import type { Settings } from './recipe.ts';

/** A training that stands still: its file holds weights, optimizer and place in the data. */
export interface SavedTraining {
  readonly settings: Settings;
  readonly file: Uint8Array<ArrayBuffer>;
  readonly step: number;
  readonly finished: boolean;
  readonly points: readonly Point[];
  readonly judged: readonly Judged[];
}

const store = 'trainings';
const key = 'current';

/** Keeps a training in IndexedDB. A browser that offers none, as in some private windows, keeps nothing. */
export const storage = {
  read: (): Promise<SavedTraining | undefined> =>
    inStore<SavedTraining | undefined>('readonly', (trainings) => trainings.get(key)),
  write: async (training: SavedTraining): Promise<void> => {
    await inStore('readwrite', (trainings) => trainings.put(training, key));
  },
  clear: async (): Promise<void> => {
    await inStore('readwrite', (trainings) => trainings.delete(key));
  },
};

async function inStore<T>(
  mode: IDBTransactionMode,
  ask: (trainings: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  const database = await open().catch(() => undefined);
  if (!database) return undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = ask(transaction.objectStore(store));
      transaction.oncomplete = (): void => resolve(request.result);
      transaction.onabort = (): void => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('atrous-web', 1);
    request.onupgradeneeded = (): void => void request.result.createObjectStore(store);
    request.onsuccess = (): void => resolve(request.result);
    request.onerror = (): void => reject(request.error);
  });
}
