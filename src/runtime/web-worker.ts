import { controlWords } from './control.ts';
import { serve, type WorkerPort } from './worker.ts';

// The whole script of a worker as a module of its own, for pages whose content policy forbids workers from blobs:
// `configure({ workerUrl: new URL('atrous/worker', import.meta.url) })`.
serve(globalThis as unknown as WorkerPort, controlWords);
