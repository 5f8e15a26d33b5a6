import { readFileSync } from 'node:fs';

/** Version of the package: package.json is two folders up, from the sources as from what is built. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
