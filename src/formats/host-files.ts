import { UnsupportedError } from '../errors/index.ts';

/** What the host does with files. */
export type HostFiles = typeof import('./node-host-files.ts');

/**
 * The files of the host where it is Node, whose modules are loaded only then.
 * @param feature begins the sentence of the error: `Writing files`
 * @throws {UnsupportedError} in a browser
 */
export async function hostFiles(feature: string, advice?: string): Promise<HostFiles> {
  if (typeof globalThis.process?.getBuiltinModule !== 'function')
    throw new UnsupportedError({ feature: `${feature} in a browser`, advice });
  return import('./node-host-files.ts');
}
