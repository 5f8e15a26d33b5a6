import { configure, isAtrousError, loadModel, type Model } from 'atrous';
import { preprocessDigit } from 'atrous/datasets';
import type { FromRecogniser, ToRecogniser } from './messages.ts';

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<ToRecogniser>) => void;
  postMessage(message: FromRecogniser): void;
};

let model: Model | undefined;
let loading: Promise<void> = Promise.resolve();

/** Loads a model and runs it once, so that the first stroke need not wait for the compiler; then it replaces the old. */
async function load(from: string | Uint8Array<ArrayBuffer>): Promise<void> {
  const next = await loadModel(from);
  await next.prepare();
  next.predictSync({ data: new Uint8Array(28 * 28), shape: [1, 28, 28, 1] });
  model?.dispose();
  model = next;
  scope.postMessage({ type: 'ready' });
}

function read(picture: { width: number; height: number; data: Uint8ClampedArray }): void {
  try {
    const image = preprocessDigit(picture);
    const probabilities = [...model!.predictSync(image).data];
    scope.postMessage({ type: 'answer', probabilities, seen: image.data as Uint8Array });
  } catch (error) {
    if (!isAtrousError(error) || error.code !== 'data') throw error;
    scope.postMessage({ type: 'answer' });
  }
}

/** Makes of this worker the one that reads drawings. */
export function serveReading(): void {
  // One picture is less work than waking another thread would be.
  configure({ threads: 1, sharedMemory: false });
  scope.onmessage = ({ data }) => hear(data);
}

function hear(message: ToRecogniser): void {
  if (message.type === 'picture') read(message);
  else
    loading = loading
      .then(() => load(message.from))
      .catch((error: unknown) => {
        scope.postMessage({
          type: 'failed',
          problem: error instanceof Error ? error.message : String(error),
        });
      });
}
