import * as library from 'h5wasm';
import type { Hdf5Request } from './hdf5-content.ts';
import { runHdf5, unpackedLimit } from './hdf5-program.ts';
import { buffersOf, hdf5Service } from './hdf5-service.ts';

/** The HDF5 library in a worker of a page: it says that it is ready, then answers each message. */
interface WorkerScope {
  onmessage: ((event: { readonly data: Hdf5Request }) => void) | null;
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
}

const scope = globalThis as unknown as WorkerScope;
void library.ready.then(() => {
  const answer = hdf5Service(library, runHdf5, unpackedLimit);
  scope.onmessage = ({ data }) => {
    const answered = answer(data);
    scope.postMessage(answered, buffersOf(answered));
  };
  scope.postMessage('ready');
});
