import { UnsupportedError } from '../errors/index.ts';

/**
 * Writes a file where the host is Node, whose module is loaded only then.
 * @throws {FileError} {UnsupportedError} in a browser
 */
export async function writeModelFile(path: string, bytes: Uint8Array): Promise<void> {
  if (typeof globalThis.process?.getBuiltinModule !== 'function') {
    const advice = 'Use toBytes, and offer the bytes as a download';
    throw new UnsupportedError({ feature: 'Writing files in a browser', advice });
  }
  const { writeFile } = await import('../formats/node-files.ts');
  await writeFile(path, bytes);
}
