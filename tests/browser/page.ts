import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import type { Consumer } from '../package/consumer.ts';

/**
 * Bundles a module with Vite in the consumer's folder, from what is installed there; gives the folder of the site.
 * Files of the tests that the module imports find the installed package where they import the sources' entry.
 */
export async function bundlePage(consumer: Consumer, name: string, source: string): Promise<string> {
  const site = join(consumer.folder, name);
  mkdirSync(site, { recursive: true });
  writeFileSync(join(site, 'main.js'), source);
  writeFileSync(
    join(site, 'index.html'),
    '<!doctype html><title>atrous</title><script type="module" src="./main.js"></script>\n',
  );
  const packed = join(consumer.folder, 'node_modules/atrous/dist/index.browser.js');
  await build({
    root: site,
    configFile: false,
    logLevel: 'error',
    base: './',
    build: { target: 'es2023' },
    resolve: { alias: [{ find: /^.*\/src\/index\.ts$/, replacement: packed }] },
  });
  return join(site, 'dist');
}

/** Bytes after gzip of the scripts that a page loads at once: those that its HTML names and what they import. */
export function initialSize(site: string): { bytes: number; files: string[] } {
  const assets = join(site, 'assets');
  const html = readFileSync(join(site, 'index.html'), 'utf8');
  const files = existsSync(assets) ? readdirSync(assets).filter((file) => file.endsWith('.js')) : [];
  const loaded = new Set(files.filter((file) => html.includes(file)));
  for (const file of loaded) {
    const text = readFileSync(join(assets, file), 'utf8');
    for (const [, imported] of text.matchAll(/\bfrom\s*"\.\/([^"]+\.js)"|\bimport\s*"\.\/([^"]+\.js)"/g))
      if (imported && files.includes(imported)) loaded.add(imported);
  }
  const bytes = [...loaded].reduce((sum, file) => sum + gzipSync(readFileSync(join(assets, file))).length, 0);
  return { bytes, files: [...loaded] };
}
