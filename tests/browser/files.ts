import { readFileSync } from 'node:fs';

/** An HDF5 file in which the library loops without end. */
const endless = readFileSync(new URL('../../fixtures/fuzz/hdf5-1-217.bin', import.meta.url), 'base64');

/** What the program of files reports, in Node and in a page. */
export interface FileReport {
  /** Bytes of the model in each format, in base64. */
  readonly keras: string;
  readonly native: string;
  /** Predictions of the model, and of what each file gives back. */
  readonly predictions: readonly (readonly number[])[];
  /** The message about a file that is none. */
  readonly refused: string;
  /** The message about a file in which the HDF5 library loops without end. */
  readonly stopped: string;
  /** The longest time in which the page's own thread ran no timer meanwhile, in milliseconds. */
  readonly longestPause: number;
  /** Workers of pages that were started for HDF5. */
  readonly workers: number;
}

/** A module that writes a model to bytes, reads it again, and passes a report to the function that `deliver` names. */
export function fileProgram(deliver: string): string {
  return `
import { layers, loadModel, sequential, tensor } from 'atrous';

let workers = 0;
if (typeof Worker === 'function') {
  const Own = Worker;
  globalThis.Worker = class extends Own {
    constructor(url, options) {
      super(url, options);
      if (options?.name === 'atrous-hdf5') workers++;
    }
  };
}
const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

async function writeAndRead() {
  const model = sequential(
    [
      layers.separableConv2d({ filters: 4, kernelSize: 3, dilationRate: 2, padding: 'same', activation: 'relu' }),
      layers.flatten(),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
    { inputShape: [6, 6, 2], seed: 4 },
  );
  const images = tensor(Float32Array.from({ length: 2 * 72 }, (_, k) => (k % 11) / 11), [2, 6, 6, 2]);
  const [keras, native] = [await model.toBytes('keras'), await model.toBytes('safetensors')];
  const models = [model, await loadModel(keras), await loadModel(native)];
  const predictions = [];
  for (const each of models) predictions.push(Array.from((await each.predict(images)).data));
  for (const each of models) each.dispose();
  const refused = await loadModel(keras.slice(0, -100)).then(() => 'nothing', (error) => error.message);
  let longestPause = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longestPause = Math.max(longestPause, performance.now() - last);
    last = performance.now();
  }, 10);
  const endless = Uint8Array.from(atob('${endless}'), (character) => character.charCodeAt(0));
  const stopped = await loadModel(endless).then(() => 'nothing', (error) => error.message);
  clearInterval(timer);
  return { stopped, longestPause, workers, keras: toBase64(keras), native: toBase64(native), predictions, refused };
}

${deliver}(await writeAndRead().catch((error) => ({ error: String(error?.stack ?? error) })));
`;
}
