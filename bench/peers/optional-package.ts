import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/** A package of `bench/package.json`, or undefined where `npm run bench:setup` has not installed it. */
export async function optionalPackage<Module>(
  name: string,
): Promise<{ module: Module; version: string } | undefined> {
  let location: string;
  try {
    location = require.resolve(name);
  } catch {
    return undefined;
  }
  const module = (await import(pathToFileURL(location).href)) as Module;
  return { module, version: packageVersion(location, name) };
}

function packageVersion(location: string, name: string): string {
  const folder = location.slice(0, location.lastIndexOf(name) + name.length);
  return (require(`${folder}/package.json`) as { version: string }).version;
}
