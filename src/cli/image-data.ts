import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImageSets } from '../data/mnist-files.ts';
import { fashionMnist, type MnistOptions, mnist } from '../data/node-mnist.ts';
import { InvalidArgumentError, nearest } from '../errors/index.ts';
import { byteSize } from './figures.ts';
import type { Terminal } from './terminal.ts';

const sets: Readonly<Record<string, (options: MnistOptions) => Promise<ImageSets>>> = {
  mnist,
  'fashion-mnist': fashionMnist,
};
const setNames = Object.keys(sets);

/** How help describes the argument DATA. */
export const dataHelp: string = `${setNames.join(', ')}, or a folder with four IDX files named as MNIST's are`;

/**
 * Loads the images that the argument DATA names. A download shows how far it is.
 * @throws {InvalidArgumentError} for a name that is neither a set nor a folder
 */
export async function loadImages(
  data: string,
  call: string,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<ImageSets> {
  const load = Object.hasOwn(sets, data) ? sets[data] : undefined;
  if (!load) {
    const found = await stat(data).catch(() => undefined);
    if (found?.isDirectory()) return mnist({ folder: data });
    throw new InvalidArgumentError({
      call,
      argument: 'DATA',
      expected: `${setNames.map((name) => `"${name}"`).join(', ')} or a folder`,
      received: data,
      suggestion: nearest(data, setNames),
    });
  }
  let announced = false;
  const onProgress: MnistOptions['onProgress'] = ({ file, received, total }) => {
    if (!terminal.live && !announced) terminal.line(`Downloading ${data}`);
    announced = true;
    const of = total === undefined ? '' : ` of ${byteSize(total)}`;
    terminal.show(`Downloading ${basename(file)}: ${byteSize(received)}${of}`);
  };
  try {
    return await load({ signal, onProgress });
  } finally {
    terminal.clear();
  }
}
